/**
 * Modes that full-screen programs switch on, and that would leave a terminal unusable when they do not come to switch them off:
 * alternate screens, mouse, focus, pasting, keys. By their number in `CSI ? n h`.
 */
const SWITCHED_ON: ReadonlySet<number> = new Set([
  1, 47, 66, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1047, 1049, 2004, 2026,
])
/** What programs switch off: wrapping of lines, the cursor. */
const SWITCHED_OFF: ReadonlySet<number> = new Set([7, 25])

/** Longest sequence that is looked at. */
const LONGEST = 64

const ESC = '\x1b'

const SEQUENCE = new RegExp(String.raw`${ESC}\[\?([\d;]*)([hl])|${ESC}([=>])|${ESC}c`, 'g')

/** Follows which modes of the terminal a program has changed. */
export class TerminalModes {
  readonly #changed = new Set<number>()
  #keypad = false
  #rest = ''

  /** Looks at output of the program. */
  see(bytes: Uint8Array): void {
    const text = this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    for (const [sequence, modes, kind, keypad] of text.matchAll(SEQUENCE)) {
      if (keypad !== undefined) this.#keypad = keypad === '='
      else if (sequence === '\x1bc') this.#forget()
      else for (const mode of (modes ?? '').split(';')) this.#set(Number(mode), kind === 'h')
    }
    const begun = text.lastIndexOf('\x1b')
    // A sequence may come in two parts.
    this.#rest =
      begun >= 0 && text.length - begun < LONGEST && !/[a-z=>]/i.test(text.slice(begun))
        ? text.slice(begun)
        : ''
  }

  /** What gives the terminal back as it was; empty when the program has tidied up itself. */
  undo(): string {
    const off = [...this.#changed].map((mode) => `\x1b[?${mode}${SWITCHED_OFF.has(mode) ? 'h' : 'l'}`)
    if (off.length === 0 && !this.#keypad) return ''
    return `${off.join('')}${this.#keypad ? '\x1b>' : ''}\x1b[m`
  }

  #set(mode: number, on: boolean): void {
    if (!SWITCHED_ON.has(mode) && !SWITCHED_OFF.has(mode)) return
    if (on === SWITCHED_ON.has(mode)) this.#changed.add(mode)
    else this.#changed.delete(mode)
  }

  #forget(): void {
    this.#changed.clear()
    this.#keypad = false
  }
}
