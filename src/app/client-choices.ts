/** What an app may be told about how much its clients may take of it at a time: each of them, and all together. */
export interface ClientChoices {
  /** TCP connections from one IPv4 address or IPv6 /64, those of probes included; a user of this machine may have twice as many. */
  readonly connectionsPerAddress: number
  /** Reports that are being received. */
  readonly uploads: number
  readonly uploadsPerAddress: number
  /** WebSockets that follow views, events or findings; loopback may have twice as many as another address. */
  readonly sockets: number
  readonly socketsPerAddress: number
  /** Terminals, commands and logs that are open: streams of probes that somebody looks at. */
  readonly terminals: number
  readonly terminalsPerUser: number
  /** Bytes of large answers and frames on their way; what several are sent counts once. */
  readonly sendingBytes: number
}

/** What clients may take unless told otherwise. */
export const defaultClients: ClientChoices = {
  connectionsPerAddress: 512,
  uploads: 512,
  uploadsPerAddress: 64,
  sockets: 1000,
  socketsPerAddress: 250,
  terminals: 256,
  terminalsPerUser: 128,
  sendingBytes: 128 * 1024 * 1024,
}
