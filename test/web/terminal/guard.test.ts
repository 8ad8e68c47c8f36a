import { Terminal } from '@xterm/xterm'
import { describe, expect, it } from 'vitest'
import { cleanTitle } from '../../../web/domain/terminal/clean.ts'
import { guardTerminal } from '../../../web/terminal/guard.ts'
import { limitMarks, MARKS_MOST } from '../../../web/terminal/limit-marks.ts'

/** What output makes a terminal answer, as if it was typed, and what it makes of the title. */
const answersTo = async (output: string) => {
  const terminal = new Terminal({ allowProposedApi: true, cols: 80, rows: 24 })
  guardTerminal(terminal)
  let typed = ''
  const titles: string[] = []
  terminal.onData((data) => {
    typed += data
  })
  terminal.onBinary((data) => {
    typed += data
  })
  terminal.onTitleChange((title) => titles.push(cleanTitle(title)))
  await new Promise<void>((done) => terminal.write(output, done))
  const text = terminal.buffer.active.getLine(0)?.translateToString(true)
  const after = terminal.buffer.active.getLine(1)?.translateToString(true)
  const size = [terminal.cols, terminal.rows]
  terminal.dispose()
  return { typed, titles, text, after, size }
}

describe('output of a terminal', () => {
  it.each(['b', 'L', 'M', 'S', 'T', 'I', 'Z'])(
    'that repeats CSI %s beyond all sense does nothing',
    async (final) => {
      const { text, after } = await answersTo(
        `one\r\ntwo\u001b[1;4H\u001b[2147483647${final}\u001b[25${final}!`,
      )
      // 25 is more than its rows; a line is longer.
      const longer: Readonly<Record<string, string>> = { b: 'one!', I: `one${' '.repeat(76)}!`, Z: '!ne' }
      expect(text).toBe(longer[final] ?? 'one!')
      expect(after).toBe('two')
    },
  )

  it('repeats as often as makes a difference', async () => {
    expect((await answersTo('a\u001b[3b')).text).toBe('aaaa')
    expect((await answersTo('one\r\n\u001b[24T')).text).toBe('')
    expect((await answersTo('one\r\ntwo\u001b[H\u001b[1M')).text).toBe('two')
  })

  it.each([
    ['writes the clipboard', '\u001b]52;c;cm0gLXJmIC8=\u0007'],
    ['asks for the clipboard', '\u001b]52;c;?\u0007'],
    ['asks for the title', '\u001b]0;rm -rf /\u0007\u001b[21t'],
    ['asks for the icon’s name', '\u001b]1;rm -rf /\u0007\u001b[20t'],
    ['pushes and pops the title', '\u001b[22;0t\u001b[23;0t'],
    ['asks for the size of the window', '\u001b[14t\u001b[16t\u001b[18t\u001b[19t\u001b[11t\u001b[13t'],
    ['sets the size of the window', '\u001b[8;999;999t\u001b[4;9;9t\u001b[9;1t\u001b[2t'],
    ['asks for a setting (DECRQSS)', '\u001bP$qm\u001b\\\u001bP$q"p\u001b\\\u001bP$qrm -rf /\u001b\\'],
    ['asks for a capability (XTGETTCAP)', '\u001bP+q544e\u001b\\'],
    ['asks for a mode (DECRQM)', '\u001b[?2026$p\u001b[4$p\u001b[?1049$p'],
    ['asks for the version', '\u001b[>q\u001b[>0q'],
    ['asks for parameters', '\u001b[x\u001b[1x'],
    ['asks for a checksum of the screen', '\u001b[1;1;1;1;10;10*y'],
    [
      'asks for colours',
      '\u001b]4;1;?\u0007\u001b]10;?\u0007\u001b]11;?\u001b\\\u001b]12;?\u0007\u001b]104;?\u0007',
    ],
    ['asks for the keyboard mode', '\u001b[?u'],
    ['asks for printer, keys, locator', '\u001b[?15n\u001b[?25n\u001b[?26n\u001b[?53n\u001b[?996n'],
    ['asks who answers (ENQ)', '\u0005'],
    ['asks in eight bits', '\u009b21t\u009d52;c;?\u009c\u0090$qm\u009c'],
    [
      'reaches for files, images, notifications',
      '\u001b]1337;File=name=x:aGk=\u0007\u001b]9;hi\u0007\u001b]777;notify;a;b\u0007',
    ],
    ['starts a sequence and never ends it', `\u001b]52;c;${'A'.repeat(100_000)}`],
  ])('that %s is not answered', async (_, output) => {
    const { typed, size } = await answersTo(output)
    expect(typed).toBe('')
    expect(size).toEqual([80, 24])
  })

  it.each([
    ['what kind of terminal it is', '\u001b[c', '\u001b[?1;2c'],
    ['which version of that kind', '\u001b[>c', '\u001b[>0;276;0c'],
    ['whether it is well', '\u001b[5n', '\u001b[0n'],
    ['where the cursor is', 'ab\u001b[6n', '\u001b[1;3R'],
    ['where the cursor is, in the private form', 'ab\u001b[?6n', '\u001b[?1;3R'],
  ])('is told %s, in a fixed form', async (_, output, answer) =>
    expect((await answersTo(output)).typed).toBe(answer),
  )

  it('sets a title only as a short line of text', async () => {
    const { titles, typed } = await answersTo(`\u001b]0;vim\u202e${'x'.repeat(5000)}\u0007\u001b[21t`)
    expect(titles).toEqual([`vim${'x'.repeat(56)}…`])
    expect(typed).toBe('')
  })

  it('goes on after what was refused', async () => {
    expect((await answersTo('\u001b]52;c;?\u0007a\u001bP$qm\u001b\\b\u001b[21tc')).text).toBe('abc')
  })
})

it('gives no cell more than a few combining marks', async () => {
  const terminal = new Terminal({ allowProposedApi: true, cols: 80, rows: 24 })
  limitMarks(terminal)
  const write = (text: string) => new Promise<void>((done) => terminal.write(text, done))
  const cell = (x: number) => terminal.buffer.active.getLine(0)?.getCell(x)?.getChars() ?? ''
  await write(`e\u0301\u0323漢\u0301x${'\u0301'.repeat(1000)}`)
  expect([cell(0), cell(1)]).toEqual(['e\u0301\u0323', '漢\u0301'])
  for (let x = 0; x < terminal.cols; x++) expect(cell(x).length).toBeLessThanOrEqual(1 + MARKS_MOST)
  expect(cell(3)).toHaveLength(1 + MARKS_MOST)
  terminal.dispose()
})
