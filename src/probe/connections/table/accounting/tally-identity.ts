import type { ProcessRef } from '../../../process/directory.ts'

/** Identifies a tally: connections with the same identity are counted together. Rule 2 of the model. */
export interface TallyIdentity {
  readonly client?: ProcessRef
  readonly server?: ProcessRef
  /** The address connected to, as the server sees it, i.e. after any translation. */
  readonly serverIp: string
  readonly serverPort: number
  readonly netns: number
  /** As the server's host sees it. Set only when one end is not a process of this host. */
  readonly clientIp?: string
  /**
   * The address and port that a remote client connected to, when this host rewrote them or a proxy accepted there.
   */
  readonly asked?: { readonly ip: string; readonly port: number }
  /**
   * Set when the remote address stands for all addresses with this prefix; it is then the first address of the prefix.
   * Rule 13 of the model.
   */
  readonly remotePrefixBits?: number
  /**
   * Set when the tally stands for all exited clients of this likeness (`Exits`); `client` is the first of them. Rule 10 of the
   * model.
   */
  readonly exitedClients?: string
  /** Likewise for servers. */
  readonly exitedServers?: string
}

/** Connections with the same key are counted in one tally. */
export const tallyKey = (identity: TallyIdentity): string => {
  const { client, server, exitedClients, exitedServers, asked } = identity
  return [
    endKey(client, exitedClients),
    endKey(server, exitedServers),
    identity.serverIp,
    identity.serverPort,
    identity.netns,
    identity.clientIp ?? '',
    identity.remotePrefixBits ?? '',
    asked ? `${asked.ip}:${asked.port}` : '',
  ].join('|')
}

/** The address of the end that is not a process of this host; undefined when both ends are. */
export const remoteIp = ({ client, server, serverIp, clientIp }: TallyIdentity): string | undefined => {
  if (client && server) return undefined
  return client ? serverIp : clientIp
}

/** The same for all identities that differ only in the remote address. */
export const remotesKey = (identity: TallyIdentity): string => {
  const { client, server, exitedClients, exitedServers, serverPort, remotePrefixBits } = identity
  const process = client ? endKey(client, exitedClients) : endKey(server, exitedServers)
  return `${client ? '>' : '<'}${client && server ? '=' : ''}${process}|${serverPort}|${remotePrefixBits ?? ''}`
}

/** Identifies a process. */
export const processKey = ({ pid, startTicks }: ProcessRef): string => `${pid}:${startTicks}`

/** @param exited the likeness of exited processes that the end stands for */
const endKey = (process: ProcessRef | undefined, exited: string | undefined): string => {
  if (process === undefined) return ''
  return exited === undefined ? processKey(process) : `*${exited}`
}
