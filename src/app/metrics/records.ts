/** A record of {@link Records}, by its number. */
export type RecordNumber = number

const RECORDS_PER_PAGE = 1024
const NONE = -1

interface Page {
  readonly doubles: Float64Array
  readonly ints: Int32Array
  /** For each record that was given back, the one given back before it, counted within the page. */
  readonly next: Int32Array
  /** The record that was given back last. */
  free: number
  /** Records from here on have never been taken. */
  fresh: number
  used: number
}

/**
 * Records of numbers in a few large arrays: an object for each takes more memory than the numbers in it, of which V8 holds each that is
 * no small integer as another object, and the collector looks at all of them.
 */
export class Records {
  readonly #doubles: number
  readonly #ints: number
  readonly #pages: (Page | undefined)[] = []
  /** Of pages, by number. */
  readonly #withRoom = new Set<number>()

  /**
   * @param doubles fields of a record that hold any number
   * @param ints fields of a record that hold integers of 32 bits
   */
  constructor(doubles: number, ints: number) {
    this.#doubles = doubles
    this.#ints = ints
  }

  /** Takes a record that nobody uses. All of its fields are 0. */
  take(): RecordNumber {
    const [number = this.#addPage()] = this.#withRoom
    const page = this.#pages[number] as Page
    const local = page.free === NONE ? page.fresh++ : page.free
    if (local === page.free) {
      page.free = page.next[local] as number
      page.doubles.fill(0, local * this.#doubles, (local + 1) * this.#doubles)
      page.ints.fill(0, local * this.#ints, (local + 1) * this.#ints)
    }
    page.used += 1
    if (page.used === RECORDS_PER_PAGE) this.#withRoom.delete(number)
    return number * RECORDS_PER_PAGE + local
  }

  /** Gives a record back. Memory of which no record is used any more is released. */
  give(record: RecordNumber): void {
    const number = Math.trunc(record / RECORDS_PER_PAGE)
    const page = this.#page(record)
    const local = record % RECORDS_PER_PAGE
    page.next[local] = page.free
    page.free = local
    page.used -= 1
    this.#withRoom.add(number)
    if (page.used > 0) return
    this.#pages[number] = undefined
    this.#withRoom.delete(number)
  }

  /** A field that holds any number. */
  double(record: RecordNumber, field: number): number {
    return this.#page(record).doubles[(record % RECORDS_PER_PAGE) * this.#doubles + field] as number
  }

  setDouble(record: RecordNumber, field: number, value: number): void {
    this.#page(record).doubles[(record % RECORDS_PER_PAGE) * this.#doubles + field] = value
  }

  /** A field that holds an integer. */
  int(record: RecordNumber, field: number): number {
    return this.#page(record).ints[(record % RECORDS_PER_PAGE) * this.#ints + field] as number
  }

  /** @param value an integer of 32 bits */
  setInt(record: RecordNumber, field: number, value: number): void {
    this.#page(record).ints[(record % RECORDS_PER_PAGE) * this.#ints + field] = value
  }

  #page(record: RecordNumber): Page {
    return this.#pages[Math.trunc(record / RECORDS_PER_PAGE)] as Page
  }

  #addPage(): number {
    const released = this.#pages.indexOf(undefined)
    const number = released < 0 ? this.#pages.length : released
    this.#pages[number] = {
      doubles: new Float64Array(RECORDS_PER_PAGE * this.#doubles),
      ints: new Int32Array(RECORDS_PER_PAGE * this.#ints),
      next: new Int32Array(RECORDS_PER_PAGE),
      ...{ free: NONE, fresh: 0, used: 0 },
    }
    this.#withRoom.add(number)
    return number
  }
}
