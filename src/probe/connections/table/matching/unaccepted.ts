import type { Socket } from './connection.ts'

interface Unaccepted {
  readonly socket: Socket
  isMissing: boolean
}

/** The server's ends of connections that wait to be accepted, by their addresses. */
export class UnacceptedSockets {
  readonly #byKey = new Map<string, Unaccepted>()

  /** @param key of `ownKey` */
  get(key: string): Socket | undefined {
    return this.#byKey.get(key)?.socket
  }

  has(socket: Socket): boolean {
    return this.#byKey.get(socket.key)?.socket === socket
  }

  add(socket: Socket): void {
    this.#byKey.set(socket.key, { socket, isMissing: false })
  }

  delete(socket: Socket): void {
    if (this.has(socket)) this.#byKey.delete(socket.key)
  }

  /**
   * Removes the sockets that were missing twice in a row. Once is not enough: the event of being accepted may be yet to
   * come.
   *
   * @param waiting keys of all that wait now
   * @returns the removed ones
   */
  retain(waiting: ReadonlySet<string>): readonly Socket[] {
    const gone: Socket[] = []
    for (const [key, known] of this.#byKey) {
      const wasMissing = known.isMissing
      known.isMissing = !waiting.has(key)
      if (!known.isMissing || !wasMissing) continue
      this.#byKey.delete(key)
      gone.push(known.socket)
    }
    return gone
  }
}
