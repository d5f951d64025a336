# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This doc fragment is private to the collection: it can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    # Options of every connection
    DOCUMENTATION = r"""
requirements:
  - requests >= 2.25.0
options:
  validate_certs:
    description:
      - Whether the certificate of the server is checked. Leave this on; for a private authority set O(ca_path) instead.
      - If not set, the environment variable named after the service is used, such as E(SIMOTEL_VALIDATE_CERTS),
        E(EXOTEL_VALIDATE_CERTS) or E(SUNBIRD_VALIDATE_CERTS). An empty variable counts as unset.
    type: bool
    default: true
  ca_path:
    description:
      - Path of a file or directory with the certificates of the authorities to trust, in PEM format.
      - If not set, the environment variable named after the service is used, such as E(SIMOTEL_CA_PATH),
        E(EXOTEL_CA_PATH) or E(SUNBIRD_CA_PATH), then E(REQUESTS_CA_BUNDLE).
    type: path
  client_cert:
    description:
      - Path of a client certificate in PEM format, for servers that ask for one. The file may hold the key, too.
      - If not set, the environment variable named after the service is used, such as E(SIMOTEL_CLIENT_CERT),
        E(EXOTEL_CLIENT_CERT) or E(SUNBIRD_CLIENT_CERT).
    type: path
  client_key:
    description:
      - Path of the key that belongs to O(client_cert), in PEM format and without a passphrase.
      - If not set, the environment variable named after the service is used, such as E(SIMOTEL_CLIENT_KEY),
        E(EXOTEL_CLIENT_KEY) or E(SUNBIRD_CLIENT_KEY).
    type: path
  proxy:
    description:
      - Address of a proxy for all requests of the task, such as C(http://proxy.example.com:3128). It may hold a user
        and a password, and is hidden for that reason.
      - If not set, the environment variable named after the service is used, such as E(SIMOTEL_PROXY), E(EXOTEL_PROXY)
        or E(SUNBIRD_PROXY), then E(HTTP_PROXY), E(HTTPS_PROXY) and E(NO_PROXY) as usual.
    type: str
  timeout:
    description:
      - Seconds to wait for a connection, and again for the whole answer of one request.
      - If not set, the environment variable named after the service is used, such as E(SIMOTEL_TIMEOUT),
        E(EXOTEL_TIMEOUT) or E(SUNBIRD_TIMEOUT).
    type: float
    default: 30.0
  retries:
    description:
      - How often a request is repeated that failed for a passing reason, with growing pauses in between.
        A pause that the service asks for with C(Retry-After) is kept, up to two minutes.
      - A creation is never repeated blindly. After a lost answer the record is looked for first.
      - If not set, the environment variable named after the service is used, such as E(SIMOTEL_RETRIES),
        E(EXOTEL_RETRIES) or E(SUNBIRD_RETRIES).
    type: int
    default: 3
"""
