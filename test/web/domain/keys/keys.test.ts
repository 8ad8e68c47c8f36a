import { describe, expect, it } from 'vitest'
import {
  commandFor,
  gridKeys,
  type KeyCommand,
  logKeys,
  mapKeys,
  markedKeys,
  type PressedKey,
  pageKeys,
  pressWords,
  searchKeys,
  terminalKeys,
} from '../../../../web/domain/keys/keys.ts'

const press = (key: string, held: Partial<PressedKey> = {}): PressedKey => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

describe('a key', () => {
  it.each<[string, readonly KeyCommand[], PressedKey, string | undefined]>([
    ['of the palette, on any system', pageKeys, press('k', { ctrlKey: true }), 'palette'],
    ['of the palette on a Mac', pageKeys, press('K', { metaKey: true }), 'palette'],
    ['that means nothing without Ctrl', pageKeys, press('k'), undefined],
    ['that is the browser’s with Ctrl', pageKeys, press('0', { ctrlKey: true }), undefined],
    ['that is the system’s with Alt', pageKeys, press('1', { altKey: true }), undefined],
    ['that takes Shift on some keyboards', pageKeys, press('?', { shiftKey: true }), 'help'],
    ['in capitals', pageKeys, press('E', { shiftKey: true }), 'failing'],
    ['that goes', mapKeys, press('ArrowUp'), 'step'],
    ['that hides hubs', pageKeys, press('h'), 'hubs'],
    ['that shows only matches', pageKeys, press('o'), 'onlyMatches'],
    ['that pins', pageKeys, press('p'), 'pin'],
    ['that unpins all', pageKeys, press('P', { shiftKey: true }), 'unpinAll'],
    ['that moves a node', mapKeys, press('ArrowUp', { ctrlKey: true }), 'nudge'],
    ['that pans with Shift', mapKeys, press('ArrowUp', { shiftKey: true }), 'pan'],
    ['for menus', mapKeys, press('F10', { shiftKey: true }), 'menuHere'],
    ['that leaves the box backwards', searchKeys, press('Tab', { shiftKey: true }), undefined],
    ['that acts on what matches', searchKeys, press('Enter', { ctrlKey: true }), 'act'],
    ['that filters', searchKeys, press('Enter'), 'filter'],
    ['that removes a term of the filter', searchKeys, press('Backspace'), 'widen'],
    ['that deletes a word', searchKeys, press('Backspace', { ctrlKey: true }), undefined],
    ['that goes to a row', gridKeys, press('End', { ctrlKey: true }), 'go'],
    ['that marks on the way', gridKeys, press('PageDown', { shiftKey: true }), 'markOnTheWay'],
    ['that is the browser’s in the table', gridKeys, press('ArrowDown', { ctrlKey: true }), undefined],
    ['that marks all', gridKeys, press('a', { metaKey: true }), 'markAll'],
    ['for what is marked', markedKeys, press('A'), 'act'],
    [
      'of a terminal, whatever is written on it',
      terminalKeys,
      press('Ж', { code: 'KeyC', ctrlKey: true, shiftKey: true }),
      'copy',
    ],
    ['that goes to the terminal', terminalKeys, press('c', { code: 'KeyC', ctrlKey: true }), undefined],
    [
      'that is the browser’s with ⌘ in logs',
      logKeys,
      press('F', { code: 'KeyF', metaKey: true, shiftKey: true }),
      undefined,
    ],
  ])('%s', (_, commands, event, command) => expect(commandFor(commands, event)).toBe(command))
})

it('is never that of two commands of one place', () => {
  for (const commands of [
    pageKeys,
    mapKeys,
    searchKeys,
    gridKeys,
    markedKeys,
    terminalKeys,
    logKeys,
  ] as readonly (readonly KeyCommand[])[]) {
    for (const { id, presses } of commands) {
      for (const { key, code, control, ctrl, shift } of presses) {
        const event = press(key, {
          code: code ?? '',
          ctrlKey: control ?? ctrl ?? false,
          shiftKey: shift ?? false,
        })
        expect(commandFor(commands, event)).toBe(id)
      }
    }
  }
})

it('is written as it is on keyboards', () => {
  expect(
    [
      { key: 'k', control: true } as const,
      { key: 'F10', shift: true },
      { key: 'ArrowLeft', shift: false },
      { key: '?' },
      { key: '-', code: 'Minus', ctrl: true, shift: true } as const,
    ].map(pressWords),
  ).toEqual(['Ctrl K', '⇧ F10', '←', '?', 'Ctrl ⇧ −'])
})
