import { expect, it } from 'vitest'
import { explainOn } from '../../../../web/domain/card/explain-on.ts'

it.each([
  [
    'on the open card, about the node that was chosen',
    'web',
    'db',
    { nodeId: 'web', other: 'db', opens: false },
  ],
  [
    'on the open card, about one to be typed, when that is its own',
    'web',
    'web',
    { nodeId: 'web', other: undefined, opens: false },
  ],
  [
    'on a card of its own, which is opened, when none is open',
    undefined,
    'db',
    { nodeId: 'db', other: undefined, opens: true },
  ],
])('why nodes are not connected is asked %s', (_, open, nodeId, on) =>
  expect(explainOn(open, nodeId)).toEqual(on),
)
