/** The addresses and ports of the packets in one direction of a connection. */
export interface PacketTuple {
  readonly sourceIp: string
  readonly sourcePort: number
  readonly destinationIp: string
  readonly destinationPort: number
}

/** A TCP connection whose addresses are rewritten on the way. */
export interface Translation {
  /** As the client's socket has it: from the client to the address that it connected to. */
  readonly original: PacketTuple
  /** As the server's socket has it: from the server to the client's address as the server sees it. */
  readonly reply: PacketTuple
}

/** Receives translations from a source. */
export interface TranslationSink {
  added(translation: Translation): void
  removed(translation: Translation): void
}

/** A source of the address translations in the probe's network namespace. */
export interface NatSource {
  /** Reports the existing translations, then each that begins or ends. */
  start(sink: TranslationSink): Promise<void>
  stop(): Promise<void>
  status(): {
    readonly mode: string
    readonly state: 'ok' | 'degraded' | 'waiting' | 'off'
    readonly reason: string
    readonly counters: Readonly<Record<string, number>>
  }
}
