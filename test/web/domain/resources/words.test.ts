import { expect, it } from 'vitest'
import { noHostsWords } from '../../../../web/domain/resources/words.ts'
import { emptyWords } from '../../../../web/domain/words/empty-words.ts'

const facts = {
  loaded: false,
  nodes: 0,
  stream: 'connecting',
  probes: undefined,
  failure: undefined,
} as const
const unreachable = { status: 0, message: 'The app does not answer.' }

it.each([
  ['before the app has told of hosts', {}, 'Asking for hosts', '', true],
  [
    'when the connection is lost first',
    { stream: 'reconnecting' },
    'Asking for hosts',
    'The connection to the app was lost. Trying again.',
    true,
  ],
  [
    'when the app cannot be reached',
    { failure: unreachable },
    'The app cannot be reached',
    'The app does not answer. This page tries again by itself; "scope status" tells how the app does.',
    false,
  ],
  [
    'without a probe',
    { loaded: true, probes: [] },
    'No probe reports yet',
    'Start one with "scope launch" or "scope probe" on the host to be watched, and it appears here.',
    false,
  ],
  [
    'when hosts tell nothing of what they use',
    { loaded: true, nodes: 2, probes: [] },
    'No host tells what it uses yet',
    '',
    false,
  ],
] as const)('no resources are explained %s', (_, more, title, detail, busy) => {
  expect(noHostsWords({ ...facts, ...more }, emptyWords)).toEqual({ title, detail, busy })
})
