import { Agent, type AgentOptions } from 'node:https'
import {
  type ConnectionOptions,
  connect,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { TlsFailure } from './failure.ts'
import { fingerprintOf } from './fingerprint.ts'
import { bySystem, type Trust } from './trust.ts'

/** Neither side of ours speaks anything older. */
export const OLDEST_TLS = 'TLSv1.2'

/**
 * Makes an agent for requests and WebSockets over TLS. Where the certificate cannot be trusted, the connection is given
 * up within the handshake, before anything written to it is sent, with an error for `explainTls`.
 *
 * @param trustOf asked for each connection, so that what it says may change
 *
 * @example
 * request('https://scope.example.com:4040/health', { agent: createTlsAgent(() => ({ by: 'system' })) })
 */
export const createTlsAgent = (trustOf: () => Trust = bySystem, options: AgentOptions = {}): Agent => {
  // A session that is resumed would not be verified again.
  const agent = new Agent({ ...options, maxCachedSessions: 0 })
  agent.createConnection = createConnector(trustOf)
  return agent
}

const createConnector = (trustOf: () => Trust): ((options: ConnectionOptions) => TLSSocket) => {
  let authorities: { readonly of: string; readonly context: SecureContext } | undefined

  const contextOf = (pem: string | undefined): SecureContext => {
    // Reading the authorities of the system takes a while.
    if (authorities?.of !== (pem ?? ''))
      authorities = {
        of: pem ?? '',
        context: createSecureContext({ ca: pem ?? systemAuthorities(), minVersion: OLDEST_TLS }),
      }
    return authorities.context
  }

  return (options) => {
    const trust = trustOf()
    if (trust.by === 'fingerprint') return connectToPinned(options, trust)
    const secureContext = contextOf(trust.by === 'ca' ? trust.pem : undefined)
    return connect({ ...options, secureContext, rejectUnauthorized: true })
  }
}

/** Those that Node brings serve only where the system has none, as in a small container. */
const systemAuthorities = (): string[] => {
  // A system has them in a file and, most of them again, in a directory.
  const ofSystem = [...new Set(getCACertificates('system'))]
  return ofSystem.length > 0 ? [...ofSystem, ...getCACertificates('extra')] : getCACertificates('default')
}

const connectToPinned = (
  options: ConnectionOptions,
  { fingerprints, namedBy }: Extract<Trust, { by: 'fingerprint' }>,
): TLSSocket => {
  // The chain is not verified, since the certificate itself is known. That the server holds its key, the handshake proves.
  const socket = connect({
    ...options,
    session: undefined,
    minVersion: OLDEST_TLS,
    rejectUnauthorized: false,
  })
  // Node verifies chains in the same step, right before this event, so nothing has been sent by then.
  socket.prependOnceListener('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate()
    const seen = certificate === undefined ? 'none' : fingerprintOf(certificate)
    if (fingerprints.includes(seen)) return
    socket.destroy(
      new TlsFailure(
        `its certificate has the fingerprint ${seen}, which is not the one ${namedBy}: ${fingerprints.join(' or ')}`,
      ),
    )
  })
  return socket
}
