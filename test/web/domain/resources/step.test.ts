import { expect, it } from 'vitest'
import { boxStep } from '../../../../web/domain/resources/step.ts'

const press = (key: string, held: object = {}) => ({ key, altKey: false, metaKey: false, ...held })

it.each([
  ['right to the next', press('ArrowRight'), 1, 4, 2],
  ['left to the one before', press('ArrowLeft'), 1, 4, 0],
  ['right to the first, while none has the focus', press('ArrowRight'), -1, 4, 0],
  ['left nowhere, while none has the focus', press('ArrowLeft'), -1, 4, undefined],
  ['right nowhere from the last', press('ArrowRight'), 3, 4, undefined],
  ['left nowhere from the first', press('ArrowLeft'), 0, 4, undefined],
  ['Home to the first', press('Home'), 2, 4, 0],
  ['End to the last', press('End'), 0, 4, 3],
  ['Home nowhere without boxes', press('Home'), -1, 0, undefined],
  ['End nowhere without boxes', press('End'), -1, 0, undefined],
  [
    'back in the history with Alt, which is the browser’s',
    press('ArrowLeft', { altKey: true }),
    1,
    4,
    undefined,
  ],
  ['back in the history with ⌘', press('ArrowLeft', { metaKey: true }), 1, 4, undefined],
  ['another key nowhere', press('Enter'), 1, 4, undefined],
] as const)('a key leads %s', (_, event, at, boxes, to) => expect(boxStep(event, at, boxes)).toBe(to))
