import { describe, expect, it } from 'vitest'
import { harmless, harmlessLines } from '../../../src/cli/terminal/harmless.ts'

describe('a text that a terminal shows', () => {
  it.each([
    ['plain text', 'größer als 10 µs\tok', 'größer als 10 µs\tok'],
    ['an escape sequence that writes the clipboard', '\x1b]52;c;aGk=\x07', '\\x1b]52;c;aGk=\\x07'],
    ['one with its C1 introducer', '\x9d52;c;aGk=\x9c', '\\x9d52;c;aGk=\\x9c'],
    ['CSI as C1', 'a\x9b2Jb', 'a\\x9b2Jb'],
    ['what goes back to overwrite', 'safe\rrm -rf', 'safe\\x0drm -rf'],
    ['a line break', 'a\nb', 'a\\x0ab'],
    ['backspace and delete', 'a\bb\x7fc', 'a\\x08b\\x7fc'],
    ['text that is turned around', 'user\u202etxt', 'user\\u202etxt'],
    ['colours, which a name has none of', '\x1b[31mred', '\\x1b[31mred'],
  ])('is harmless: %s', (_what, text, shown) => {
    expect(harmless(text)).toBe(shown)
  })

  it.each([
    ['\x1b[31mred\x1b[0m plain', '\x1b[31mred\x1b[0m plain\x1b[m', 'red plain'],
    ['\x1b[38;2;1;2;3mx\x1b[2Jy', '\x1b[38;2;1;2;3mx\\x1b[2Jy\x1b[m', 'x\\x1b[2Jy'],
    ['no colours\x9b', 'no colours\\x9b', 'no colours\\x9b'],
    ['\x1b[?1049hfull', '\\x1b[?1049hfull', '\\x1b[?1049hfull'],
  ])('keeps or loses its colours, and nothing else: %j', (text, kept, removed) => {
    expect(harmless(text, 'keep')).toBe(kept)
    expect(harmless(text, 'remove')).toBe(removed)
  })

  it('keeps its lines where it has several', () => {
    expect(harmlessLines('a\x1b\nb\r')).toBe('a\\x1b\nb\\x0d')
  })
})
