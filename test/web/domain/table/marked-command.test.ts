import { describe, expect, it } from 'vitest'
import type { PressedKey } from '../../../../web/domain/keys/keys.ts'
import { markedCommand } from '../../../../web/domain/table/marked-command.ts'

const press = (key: string): PressedKey => ({
  ...{ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
})

describe('a key while rows are marked', () => {
  const here = { typing: false, elsewhere: false }
  it.each([
    ['acts on them', press('a'), here, 2, 2, 'act'],
    ['acts on those that are shown', press('a'), here, 2, 1, 'act'],
    ['is that of the page when none of them is shown', press('a'), here, 2, 0, undefined],
    ['unmarks them, also when none of them is shown', press('Escape'), here, 2, 0, 'unmark'],
    ['unmarks them', press('Escape'), here, 1, 1, 'unmark'],
    ['is that of the page for all else', press('t'), here, 1, 1, undefined],
    ['is that of the page when none is', press('a'), here, 0, 0, undefined],
    ['is text while something takes text', press('a'), { typing: true, elsewhere: false }, 1, 1, undefined],
    [
      'is that of a dialog over the table',
      press('Escape'),
      { typing: false, elsewhere: true },
      1,
      1,
      undefined,
    ],
  ] as const)('%s', (_, event, at, marked, shown, command) =>
    expect(markedCommand(event, at, marked, shown)).toBe(command),
  )
})
