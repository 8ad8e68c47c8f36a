import { describe, expect, it } from 'vitest'
import { type HeardKey, heardCommand } from '../../../../web/domain/keys/heard.ts'

const press = (key: string, more: Partial<HeardKey> = {}): HeardKey => ({
  ...{ key, code: '', defaultPrevented: false },
  ...{ ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...more,
})
const ctrl = { ctrlKey: true }
const nowhere = { typing: false, pressing: false }
const inField = { typing: true, pressing: false }
const onButton = { typing: false, pressing: true }

describe('a key of the page', () => {
  it.each([
    ['does what it stands for, and the browser does the rest', press('t'), nowhere, 'showTable', false],
    ['that leads to a field is not typed into it', press('/'), nowhere, 'search', true],
    ['that opens the palette is not the browser’s', press('k', ctrl), nowhere, 'palette', true],
    ['that opens the help is not typed there', press('?'), nowhere, 'help', true],
    ['that prints is not the browser’s', press('p', ctrl), nowhere, 'print', true],
    ['that pauses does not scroll', press(' '), nowhere, 'pause', true],
    ['that pauses does not pause where it presses', press(' '), onButton, undefined, undefined],
    ['works on a button otherwise', press('t'), onButton, 'showTable', false],
    ['is text while something takes text', press('t'), inField, undefined, undefined],
    [
      'that prints is the browser’s while something takes text',
      press('p', ctrl),
      inField,
      undefined,
      undefined,
    ],
    ['that opens the palette works there, too', press('k', ctrl), inField, 'palette', true],
    ['that closes works there, too', press('Escape'), inField, 'close', false],
    [
      'that something has taken does nothing',
      press('t', { defaultPrevented: true }),
      nowhere,
      undefined,
      undefined,
    ],
    [
      'that closes does not close what something else has closed',
      press('Escape', { defaultPrevented: true }),
      nowhere,
      undefined,
      undefined,
    ],
    ['that stands for nothing does nothing', press('q'), nowhere, undefined, undefined],
  ] as const)('%s', (_, event, at, command, takesKey) => {
    const heard = heardCommand(event, at)
    expect([heard?.command, heard?.takesKey]).toEqual([command, takesKey])
  })
})
