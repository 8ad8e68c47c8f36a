/**
 * Whose turn it is to send one frame. Who has just begun goes first, so that a key press does not wait behind all those who have
 * much to send; the others take turns. Nobody is first twice before everybody else has had a turn.
 *
 * After the flow queues of RFC 8290 (FQ-CoDel), whose streams here are.
 */
export class Rotation<Member> {
  readonly #fresh = new Set<Member>()
  readonly #turns = new Set<Member>()

  /** Has something to send. It keeps its place if it has one. */
  add(member: Member): void {
    if (!this.#turns.has(member)) this.#fresh.add(member)
  }

  /** Has nothing to send ever again. */
  remove(member: Member): void {
    this.#fresh.delete(member)
    this.#turns.delete(member)
  }

  /**
   * Lets whose turn it is send one frame.
   *
   * @param send returns false when the member has nothing to send now; it then loses its place, and the next one is asked
   * @returns false when nobody has anything to send
   */
  next(send: (member: Member) => boolean): boolean {
    for (;;) {
      const [member] = this.#fresh.size > 0 ? this.#fresh : this.#turns
      if (member === undefined) return false
      this.remove(member)
      this.#turns.add(member)
      if (send(member)) return true
      this.#turns.delete(member)
    }
  }
}
