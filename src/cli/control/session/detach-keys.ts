import { UsageError } from '../../options/usage-error.ts'

/** What {@link createDetachKeys} makes of input. */
export interface Typed {
  /** What is to be passed on. */
  readonly bytes: Uint8Array
  /** Whether the keys that leave were pressed; what follows them is dropped. */
  readonly leaves: boolean
}

const CONTROL: Readonly<Record<string, number>> = { '@': 0, '[': 27, '\\': 28, ']': 29, '^': 30, _: 31 }

/**
 * Reads keys as `docker attach --detach-keys` takes them: `ctrl-p,ctrl-q`, single characters, with commas between them.
 *
 * @throws {UsageError}
 */
export const parseDetachKeys = (text: string, option: string): Uint8Array => {
  const keys = text.split(',').map((key) => {
    const [, letter = ''] = /^ctrl-([a-z@[\\\]^_])$/i.exec(key) ?? []
    if (letter !== '') return CONTROL[letter] ?? letter.toLowerCase().charCodeAt(0) - 96
    return /^[\x20-\x7e]$/.test(key) ? key.charCodeAt(0) : undefined
  })
  if (keys.length <= 8 && keys.every((key) => key !== undefined)) return Uint8Array.from(keys)
  throw new UsageError(
    `${option}: expected keys with commas between them such as ctrl-p,ctrl-q, not "${text}"`,
  )
}

/**
 * Looks for a sequence of keys in what is typed. A beginning of it is held back until it is clear that the rest does not follow.
 *
 * @param keys must not be empty
 */
export const createDetachKeys = (keys: Uint8Array): ((input: Uint8Array) => Typed) => {
  let held: number[] = []
  return (input) => {
    const passed: number[] = []
    for (const byte of input) {
      held.push(byte)
      // What was held may go on as a later beginning of the keys: `pp` before `q`.
      while (held.length > 0 && held.some((key, index) => key !== keys[index]))
        passed.push(held.shift() as number)
      if (held.length < keys.length) continue
      held = []
      return { bytes: Uint8Array.from(passed), leaves: true }
    }
    return { bytes: Uint8Array.from(passed), leaves: false }
  }
}
