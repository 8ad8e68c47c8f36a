import { describe, expect, it } from 'vitest'
import { type PaletteDeed, paletteDeed, placeKept } from '../../../../web/domain/search/palette-keys.ts'

const plain = { ctrlKey: false, metaKey: false }

describe('paletteDeed', () => {
  it.each<[string, Parameters<typeof paletteDeed>, PaletteDeed | undefined]>([
    ['down', [{ ...plain, key: 'ArrowDown' }, 0, 3], { kind: 'to', at: 1 }],
    ['down from the last', [{ ...plain, key: 'ArrowDown' }, 2, 3], { kind: 'to', at: 0 }],
    ['up', [{ ...plain, key: 'ArrowUp' }, 2, 3], { kind: 'to', at: 1 }],
    ['up from the first', [{ ...plain, key: 'ArrowUp' }, 0, 3], { kind: 'to', at: 2 }],
    ['down, without entries', [{ ...plain, key: 'ArrowDown' }, 0, 0], undefined],
    ['up, without entries', [{ ...plain, key: 'ArrowUp' }, 0, 0], undefined],
    ['Enter', [{ ...plain, key: 'Enter' }, 1, 3], { kind: 'take', menu: false }],
    ['Ctrl Enter', [{ ...plain, key: 'Enter', ctrlKey: true }, 1, 3], { kind: 'take', menu: true }],
    ['⌘ Enter', [{ ...plain, key: 'Enter', metaKey: true }, 1, 3], { kind: 'take', menu: true }],
    // The form of the dialog must not take it.
    ['Enter, without entries', [{ ...plain, key: 'Enter' }, 0, 0], { kind: 'take', menu: false }],
    ['a letter', [{ ...plain, key: 'j' }, 0, 3], undefined],
    ['Escape', [{ ...plain, key: 'Escape' }, 0, 3], undefined],
  ])('%s', (_, [event, at, length], deed) => expect(paletteDeed(event, at, length)).toEqual(deed))
})

describe('placeKept', () => {
  it.each<[string, Parameters<typeof placeKept>, number]>([
    ['is that of the same entry', [['a', 'b', 'c'], 1, ['x', 'a', 'b', 'c']], 2],
    ['is the first, whatever it is, while nobody has gone on', [['a', 'b'], 0, ['x', 'a', 'b']], 0],
    ['is the first when the entry is not there any more', [['a', 'b', 'c'], 2, ['a', 'b']], 0],
    ['is the first of the first list', [undefined, 0, ['a', 'b']], 0],
    ['is the first of an empty list', [['a', 'b'], 1, []], 0],
  ])('%s', (_, [before, at, now], place) => expect(placeKept(before, at, now)).toBe(place))
})
