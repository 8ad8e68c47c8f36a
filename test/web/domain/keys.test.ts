import { describe, expect, it } from 'vitest'
import {
  commandFor,
  type KeyCommand,
  mapKeys,
  type PressedKey,
  pageKeys,
  pressWords,
  searchKeys,
} from '../../../web/domain/keys.ts'

const press = (key: string, held: Partial<PressedKey> = {}): PressedKey => ({
  key,
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
    ['that pans with Shift', mapKeys, press('ArrowUp', { shiftKey: true }), 'pan'],
    ['for menus', mapKeys, press('F10', { shiftKey: true }), 'menuHere'],
    ['that leaves the box backwards', searchKeys, press('Tab', { shiftKey: true }), undefined],
    ['that acts on what matches', searchKeys, press('Enter', { ctrlKey: true }), 'act'],
    ['that filters', searchKeys, press('Enter'), 'filter'],
  ])('%s', (_, commands, event, command) => expect(commandFor(commands, event)).toBe(command))
})

it('is never that of two commands of one place', () => {
  for (const commands of [pageKeys, mapKeys, searchKeys] as readonly (readonly KeyCommand[])[]) {
    for (const { id, presses } of commands) {
      for (const { key, control, shift } of presses) {
        const event = press(key, { ctrlKey: control ?? false, shiftKey: shift ?? false })
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
    ].map(pressWords),
  ).toEqual(['Ctrl K', '⇧ F10', '←', '?'])
})
