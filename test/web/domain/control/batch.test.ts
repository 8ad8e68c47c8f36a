import { describe, expect, it } from 'vitest'
import {
  batchChoices,
  batchObstacle,
  batchQuestion,
  choosingWords,
  fitOf,
  isSameNode,
  leftOutWords,
  lookedAtAgain,
  progressWords,
  stillFits,
} from '../../../../web/domain/control/batch.ts'
import { controllable, offered } from '../../support/controls.ts'

const logs = offered('Logs', { rank: 0, opens: 'logs' })
const shell = offered('Shell', { rank: 2, opens: 'terminal' })
const start = offered('Start', { rank: 3 })
const stop = offered('Stop', { rank: 7 })
const refused = { refused: 'not for you', refusedCode: 'forbidden' }

describe('what can be done to several nodes', () => {
  it('is what some of them offer, by rank, without terminals', () => {
    const nodes = [controllable('a', [logs, shell, stop]), controllable('b', [logs, start])]
    expect(batchChoices(nodes).map(({ id, nodes: of }) => [id, of])).toEqual([
      ['logs', 2],
      ['start', 1],
      ['stop', 1],
    ])
  })

  it('counts the nodes on which it is not refused, and is taken from one of these', () => {
    const nodes = [controllable('a', [{ ...stop, ...refused }]), controllable('b', [stop])]
    expect(batchChoices(nodes)).toMatchObject([{ id: 'stop', nodes: 1, control: { nodeId: 'b' } }])
    expect(batchChoices(nodes)[0]?.control.refused).toBeUndefined()
  })

  it('is there with the reason when all of them refuse it', () =>
    expect(batchChoices([controllable('a', [{ ...stop, ...refused }])])).toMatchObject([
      { nodes: 0, control: { refused: 'not for you' } },
    ]))
})

describe('whether a control can be used on a node', () => {
  const clients = { open: 2, total: 1, names: ['web'] }

  it.each([
    [
      'that offers it',
      controllable('a', [stop], clients),
      { kind: 'may', clients, control: { nodeId: 'a' } },
    ],
    ['that does not offer it', controllable('a', [start]), { kind: 'not', why: 'not offered now' }],
    ['that refuses it', controllable('a', [{ ...stop, ...refused }]), { kind: 'not', why: 'not for you' }],
    ['that is gone', undefined, { kind: 'not', why: 'it has changed, or is gone' }],
  ])('%s', (_, node, fit) => expect(fitOf(node, 'stop')).toMatchObject(fit))
})

describe('a node that was shown before', () => {
  const kill = (incarnation?: string) =>
    offered('Kill', { kind: 'process', ...(incarnation === undefined ? {} : { incarnation }) })

  it.each([
    ['the same process', kill('1'), controllable('h;7', [kill('1')]), undefined],
    [
      'another process with its pid',
      kill('1'),
      controllable('h;7', [kill('2')]),
      'it has ended, and another process has its id now',
    ],
    ['a process that is gone', kill('1'), undefined, 'it has changed, or is gone'],
    ['a process that does not offer it any more', kill('1'), controllable('h;7', [stop]), 'not offered now'],
    ['a container', stop, controllable('a', [stop]), undefined],
  ])('is now %s', (_what, shown, now, why) =>
    expect(stillFits(now, shown)).toMatchObject(why === undefined ? { kind: 'may' } : { kind: 'not', why }),
  )

  it('is the same, or another one of the same id', () => {
    const shown = controllable('h;7', [kill('1')])
    expect(isSameNode(shown, controllable('h;7', [kill('1'), stop]))).toBe(true)
    expect(isSameNode(shown, controllable('h;7', [kill('2')]))).toBe(false)
    expect(isSameNode(controllable('a', [stop]), controllable('a', [start]))).toBe(true)
  })
})

it('says how far it is', () => {
  const states = ['done', 'done', 'failed', 'running', 'waiting', 'left'] as const
  expect(progressWords(states.map((state) => ({ state })))).toBe(
    '2 of 6 done, 1 failed, 1 not begun, 1 under way',
  )
  expect(progressWords([{ state: 'done' }])).toBe('1 of 1 done')
})

describe('the question before it is done', () => {
  it.each([
    ['Stop this container?', 'Stop 3 nodes?'],
    [
      'Kill this container? What it holds in memory is lost.',
      'Stop 3 nodes? What it holds in memory is lost.',
    ],
    ['It ends.', 'Stop 3 nodes? It ends.'],
  ])('%s', (confirmation, question) =>
    expect(batchQuestion(offered('Stop', { confirmation }), 3)).toBe(question),
  )
})

it('says what is not listed', () => {
  expect(leftOutWords(12, 12)).toBeUndefined()
  expect(leftOutWords(500, 1200)).toContain('first 500 of 1,200')
})

describe('what is listed and looked at again', () => {
  const process = (id: string, incarnation: string, refusal = {}) =>
    controllable(id, [{ ...stop, incarnation, ...refusal }])
  const listed = [process('a', '1'), process('b', '1'), process('c', '1')]
  const now = process('a', '1', refused)
  const { nodes, gone } = lookedAtAgain(listed, [process('new', '1'), process('b', '2'), now])

  it('is as it is now, where it was, without what came', () =>
    expect(nodes).toEqual([now, listed[1], listed[2]]))

  it('is gone when it is not there, or another one has its id', () => expect([...gone]).toEqual(['b', 'c']))
})

describe('acting on several nodes', () => {
  const signal = offered('Signal', {
    arguments: [{ name: 'signal', label: 'Signal', required: true }] as never,
  })
  it.each([
    ['can begin', stop, 100, {}, undefined],
    ['can begin with nothing chosen, which is said elsewhere', undefined, 0, {}, undefined],
    ['opens logs of as many as there may be', logs, 12, {}, undefined],
    ['opens no logs of more', logs, 13, {}, 'Of 12 nodes at most: choose fewer.'],
    ['takes what is required', signal, 2, {}, 'Signal is missing.'],
    ['can begin once that is filled in', signal, 2, { signal: 'TERM' }, undefined],
  ])('%s', (_, control, on, values, obstacle) =>
    expect(batchObstacle(control, on, values, 12)).toBe(obstacle),
  )
})

it.each([
  ['nothing matches', [], false, undefined, 'Nothing matches that can be acted on.'],
  ['nothing is chosen', ['a'], false, undefined, ''],
  ['it can begin', ['a'], true, undefined, 'What appears later is not acted on.'],
  ['something is in the way', ['a'], true, 'Signal is missing.', 'Signal is missing.'],
])('when %s, that is said', (_, nodes, isChosen, obstacle, words) =>
  expect(choosingWords(nodes, isChosen, obstacle)).toBe(words),
)
