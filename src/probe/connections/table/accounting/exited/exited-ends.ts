import type { ProcessRef } from '../../../../process/directory.ts'
import type { TallyIdentity } from '../tally-identity.ts'

/** What is known of processes that have exited. */
export interface Exits {
  hasExited(process: ProcessRef): boolean
  /** Processes are alike when this text is the same: the same program in the same place. */
  likenessOf(process: ProcessRef): string
}

/** Whether a process has exited that the identity names by itself. */
export const hasEnded = (
  { client, server, exitedClients, exitedServers }: TallyIdentity,
  exits: Exits,
): boolean =>
  (client !== undefined && exitedClients === undefined && exits.hasExited(client)) ||
  (server !== undefined && exitedServers === undefined && exits.hasExited(server))

/**
 * The identity of the tally that stands for all exited processes alike: each end whose process has exited stands for those that
 * are like it. The same when none has that it names by itself.
 */
export const foldedIdentity = (identity: TallyIdentity, exits: Exits): TallyIdentity => {
  const clients = identity.exitedClients ?? likenessOfExited(identity.client, exits)
  const servers = identity.exitedServers ?? likenessOfExited(identity.server, exits)
  return {
    ...identity,
    ...(clients === undefined ? {} : { exitedClients: clients }),
    ...(servers === undefined ? {} : { exitedServers: servers }),
  }
}

const likenessOfExited = (process: ProcessRef | undefined, exits: Exits): string | undefined =>
  process !== undefined && exits.hasExited(process) ? exits.likenessOf(process) : undefined
