import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import { OLDEST_TLS } from '../../tls/connect.ts'
import type { KeyPair } from './key-pair.ts'

/** Those of TLS 1.2 with forward secrecy and authenticated encryption (Mozilla's "intermediate"); TLS 1.3 has no others. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** How the app's port speaks TLS; for the start, and again for a certificate that was renewed. */
export const contextOptions = ({ cert, key }: Pick<KeyPair, 'cert' | 'key'>): SecureContextOptions => ({
  cert,
  key,
  minVersion: OLDEST_TLS,
  ciphers: CIPHERS,
  // A client that renegotiates makes the server compute signatures again and again.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
})
