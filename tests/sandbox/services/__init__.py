# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services that the sandbox plays."""

from __future__ import annotations

from . import autodialer, exotel, simotel, sunbird

SERVICES = (simotel.SERVICE, autodialer.SERVICE, exotel.SERVICE, sunbird.SERVICE)
