import type { AppLimits } from './app-options.ts'
import { type ClientChoices, defaultClients } from './client-choices.ts'
import { defaultServerLimits, type ServerLimits } from './listen/server.ts'

/** What follows from the choices for the parts of an app. */
export const clientLimitsOf = (
  choices: ClientChoices,
): Pick<AppLimits, 'uploads' | 'push' | 'pipes' | 'sending'> => ({
  uploads: { bodies: choices.uploads, bodiesPerAddress: choices.uploadsPerAddress },
  push: { sockets: choices.sockets, socketsPerAddress: choices.socketsPerAddress },
  pipes: { pipes: choices.terminals, pipesPerSubject: choices.terminalsPerUser },
  sending: { bytes: choices.sendingBytes },
})

/**
 * The limits of connections that follow from the choices: each socket and each terminal beyond the defaults has one more.
 *
 * @param probes most probes that may report
 */
export const serverLimitsOf = (probes: number, choices: ClientChoices): ServerLimits => {
  const limits = defaultServerLimits(probes)
  const more = (key: 'sockets' | 'terminals'): number => Math.max(0, choices[key] - defaultClients[key])
  return {
    ...limits,
    connections: limits.connections + more('sockets') + more('terminals'),
    connectionsPerAddress: choices.connectionsPerAddress,
  }
}
