/** One direction of a connection as its packets name it. */
export interface PacketTuple {
  readonly sourceIp: string
  readonly sourcePort: number
  readonly destinationIp: string
  readonly destinationPort: number
}

/** A TCP connection whose addresses are rewritten on their way. */
export interface Translation {
  /** As the client's socket has it: from the client, to the address it asked for. */
  readonly original: PacketTuple
  /** As the server's socket has it, seen from the server: from the server, to the client's address as it sees it. */
  readonly reply: PacketTuple
}

/** What a source of translations tells. */
export interface TranslationSink {
  added(translation: Translation): void
  removed(translation: Translation): void
}

/** Where address translations of the probe's network namespace come from. */
export interface NatSource {
  /** Tells of those there already, then of each that comes and goes. */
  start(sink: TranslationSink): Promise<void>
  stop(): Promise<void>
  status(): {
    readonly mode: string
    readonly state: 'ok' | 'degraded' | 'waiting' | 'off'
    readonly reason: string
    readonly counters: Readonly<Record<string, number>>
  }
}
