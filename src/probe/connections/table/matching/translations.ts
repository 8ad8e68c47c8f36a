import type { PacketTuple, Translation, TranslationSink } from '../../../nat/nat-source.ts'
import { tupleKey } from '../tuple-key.ts'

/** An address and port on the other side of a translation. */
export interface Endpoint {
  readonly ip: string
  readonly port: number
}

/** The addresses and ports of a connection as the server's socket has them. */
export interface SeenByServer {
  readonly clientIp: string
  readonly clientPort: number
  readonly serverIp: string
  readonly serverPort: number
}

interface Entry {
  readonly clientKey: string
  readonly serverKey: string
  readonly seen: SeenByServer
  readonly asked: Endpoint
  readonly client: Endpoint
  /** When the translation was removed; undefined while it is in effect. */
  removedMs?: number
}

/** Limit on entries, oldest forgotten first: a busy gateway translates many connections that have no socket here. */
const MAX_ENTRIES = 65_536

/**
 * The address translations of this host, found by either end's addresses. An entry is kept for a while after its
 * removal, for events that arrive late.
 */
export class Translations implements TranslationSink {
  readonly #byClient = new Map<string, Entry>()
  readonly #byServer = new Map<string, Entry>()
  readonly #removed = new Set<Entry>()
  readonly #netns: number
  readonly #lingerMs: number
  readonly #now: () => number
  readonly #onAdded: (clientKey: string, serverKey: string) => void

  /**
   * @param netns inode of the network namespace in which addresses are translated
   * @param lingerMs how long an entry is kept after its removal
   * @param now the time, on the same clock as `settle`
   * @param onAdded called with the keys (see {@link tupleKey}) of the client's and the server's socket
   */
  constructor(
    netns: number,
    lingerMs: number,
    now: () => number,
    onAdded: (clientKey: string, serverKey: string) => void,
  ) {
    this.#netns = netns
    this.#lingerMs = lingerMs
    this.#now = now
    this.#onAdded = onAdded
  }

  added({ original, reply }: Translation): void {
    const entry: Entry = {
      clientKey: this.#key(original),
      serverKey: this.#key(reply),
      seen: {
        clientIp: reply.destinationIp,
        clientPort: reply.destinationPort,
        serverIp: reply.sourceIp,
        serverPort: reply.sourcePort,
      },
      asked: { ip: original.destinationIp, port: original.destinationPort },
      client: { ip: original.sourceIp, port: original.sourcePort },
    }
    if (this.#byClient.size >= MAX_ENTRIES) this.#forgetOldest()
    this.#byClient.set(entry.clientKey, entry)
    this.#byServer.set(entry.serverKey, entry)
    this.#onAdded(entry.clientKey, entry.serverKey)
  }

  removed({ original }: Translation): void {
    const entry = this.#byClient.get(this.#key(original))
    if (!entry || entry.removedMs !== undefined) return
    entry.removedMs = this.#now()
    this.#removed.add(entry)
  }

  /** How the server sees the connection of a client's socket, when it was translated. @param key of the client's socket */
  seenByServer(key: string): SeenByServer | undefined {
    return this.#byClient.get(key)?.seen
  }

  /**
   * The address and port that the client of a server's socket connected to, when they were rewritten. @param key of the
   * server's socket
   */
  askedFor(key: string): Endpoint | undefined {
    const entry = this.#byServer.get(key)
    if (!entry) return undefined
    const { asked, seen } = entry
    return asked.ip === seen.serverIp && asked.port === seen.serverPort ? undefined : asked
  }

  /**
   * The address and port from which the connection of a server's socket reached this host, when they were rewritten.
   * @param key of the server's socket
   */
  cameFrom(key: string): Endpoint | undefined {
    const entry = this.#byServer.get(key)
    if (!entry) return undefined
    const { client, seen } = entry
    return client.ip === seen.clientIp && client.port === seen.clientPort ? undefined : client
  }

  /** Key of the socket at the other end of a translated connection. @param key of a client's or a server's socket */
  otherEnd(key: string): string | undefined {
    return this.#byClient.get(key)?.serverKey ?? this.#byServer.get(key)?.clientKey
  }

  /** Forgets the entries that were removed a while ago. */
  settle(nowMs: number): void {
    for (const entry of this.#removed) {
      if ((entry.removedMs ?? 0) + this.#lingerMs > nowMs) break
      this.#forget(entry)
    }
  }

  get size(): number {
    return this.#byClient.size
  }

  #key({ sourceIp, sourcePort, destinationIp, destinationPort }: PacketTuple): string {
    return tupleKey(this.#netns, sourceIp, sourcePort, destinationIp, destinationPort)
  }

  #forget(entry: Entry): void {
    this.#removed.delete(entry)
    if (this.#byClient.get(entry.clientKey) === entry) this.#byClient.delete(entry.clientKey)
    if (this.#byServer.get(entry.serverKey) === entry) this.#byServer.delete(entry.serverKey)
  }

  #forgetOldest(): void {
    for (const entry of this.#byClient.values()) {
      this.#forget(entry)
      return
    }
  }
}
