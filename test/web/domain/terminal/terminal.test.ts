import { describe, expect, it } from 'vitest'
import { asksBeforePaste, cleanPaste, cleanTitle, safeLink } from '../../../../web/domain/terminal/clean.ts'
import { createLineEditor } from '../../../../web/domain/terminal/line-editor.ts'
import { mix, paletteOf } from '../../../../web/domain/terminal/palette.ts'

it.each([
  ['root@web: ~', 'root@web: ~'],
  ['two\nlines\u0007', 'two lines'],
  ['\u202egnp.exe\u200b', 'gnp.exe'],
  ['x'.repeat(61), `${'x'.repeat(59)}…`],
])('makes the title %j "%s"', (title, clean) => expect(cleanTitle(title)).toBe(clean))

it('looks only at the beginning of a title, which may be of megabytes, and cuts no letter in half', () => {
  expect(cleanTitle(`${' '.repeat(1000)}late`)).toBe('')
  expect(cleanTitle(`${' '.repeat(999)}\u{1f600}`)).toBe('')
  expect(cleanTitle(`${' '.repeat(998)}\u{1f600}`)).toBe('\u{1f600}')
})

it.each([
  ['ls\r\nid\r', 'ls\nid\n'],
  ['safe\u001b[201~\nrm -rf /', 'safe[201~\nrm -rf /'],
  ['a\u0003b\u009bc\td', 'abc\td'],
])('pastes %j as %j', (text, clean) => expect(cleanPaste(text)).toBe(clean))

it.each([
  ['one line', false, false, false],
  ['a line that would run at once\n', false, false, true],
  ['two\nlines', false, false, true],
  ['two\nlines', true, false, false],
  ['two\nlines', false, true, false],
])('before pasting %j (bracketed %s, full screen %s) asks: %s', (text, bracketed, fullScreen, asks) =>
  expect(asksBeforePaste(text, { bracketed, fullScreen })).toBe(asks),
)

it.each([
  ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
  ['http://example.com', 'http://example.com/'],
  ['javascript:alert(1)', undefined],
  ['file:///etc/passwd', undefined],
  ['data:text/html,x', undefined],
  ['https://bank.example@evil.example/', undefined],
  ['/relative', undefined],
  [`https://example.com/${'x'.repeat(2048)}`, undefined],
])('takes the link %s as %s', (link, safe) => expect(safeLink(link)).toBe(safe))

describe('a line that is typed for a program without a terminal', () => {
  it.each([
    [['l', 's', '\r'], 'ls\r\n', 'ls\n'],
    [['lx', '\u007f', 's\r'], 'lx\b \bs\r\n', 'ls\n'],
    [['\u007f'], '', ''],
    [['漢', '\u007f', '\r'], '漢\b\b  \b\b\r\n', '\n'],
    [['👩‍👩‍👧', '\u007f', '\r'], '👩‍👩‍👧\b\b  \b\b\r\n', '\n'],
    [['ab', '\u0015', 'c\r'], 'ab\b \b\b \bc\r\n', 'c\n'],
    [['ab', '\u0003', 'c\r'], 'ab^C\r\nc\r\n', 'c\n'],
    [['a\u001b[Ab\u001bOC\r'], 'ab\r\n', 'ab\n'],
    [['one\ntwo\r\nthree'], 'one\r\ntwo\r\nthree', 'one\ntwo\n'],
    [['\u0007\u0001a\tb\r'], 'a\tb\r\n', 'a\tb\n'],
  ])('%j is shown as %j and sent as %j', (keys, echo, input) => {
    const editor = createLineEditor()
    const edited = keys.map((key) => editor.type(key))
    expect(edited.map((one) => one.echo).join('')).toBe(echo)
    expect(edited.map((one) => one.input).join('')).toBe(input)
    expect(edited.some(({ ends }) => ends)).toBe(false)
  })

  it('ends with Ctrl+D, when it is empty', () => {
    const editor = createLineEditor()
    expect(editor.type('a\u0004').ends).toBe(false)
    expect(editor.type('\r').ends).toBe(false)
    expect(editor.type('\u0004').ends).toBe(true)
  })
})

it('takes its colours from the tokens', () => {
  expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080')
  const palette = paletteOf({
    '--bg': '#000000',
    '--surface-2': '#111111',
    '--text': '#ffffff',
    '--text-2': '#cccccc',
    '--accent': '#0000ff',
    '--ok': '#00ff00',
    '--warn': '#ffff00',
    '--fail': '#ff0000',
    '--c2': '#00ffff',
    '--c3': '#ff00ff',
    '--control': '#888888',
  })
  expect(palette).toMatchObject({ background: '#000000', red: '#ff0000', brightRed: '#ff4d4d' })
})
