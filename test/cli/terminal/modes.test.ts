import { describe, expect, it } from 'vitest'
import { TerminalModes } from '../../../src/cli/terminal/modes.ts'

const undoOf = (...output: string[]): string => {
  const modes = new TerminalModes()
  for (const part of output) modes.see(Buffer.from(part))
  return modes.undo()
}

describe('what a program has changed of the terminal', () => {
  it.each([
    ['nothing', ['hello \x1b[31mred\x1b[m\r\n'], ''],
    ['the alternate screen', ['\x1b[?1049hvim'], '\x1b[?1049l\x1b[m'],
    ['nothing any more', ['\x1b[?1049h', 'vim', '\x1b[?1049l'], ''],
    ['the cursor', ['\x1b[?25l'], '\x1b[?25h\x1b[m'],
    ['mouse and pasting at once', ['\x1b[?1000;1006;2004h'], '\x1b[?1000l\x1b[?1006l\x1b[?2004l\x1b[m'],
    ['the keypad', ['\x1b='], '\x1b>\x1b[m'],
    ['a mode that is told in two parts', ['x\x1b[?10', '49h'], '\x1b[?1049l\x1b[m'],
    ['nothing after a reset', ['\x1b[?1049h\x1b[?25l\x1bc'], ''],
    ['a mode that does no harm', ['\x1b[?12h'], ''],
  ])('is undone: %s', (_what, output, undo) => {
    expect(undoOf(...output)).toBe(undo)
  })
})
