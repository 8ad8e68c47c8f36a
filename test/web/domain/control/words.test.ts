import { describe, expect, it } from 'vitest'
import { controlIcon } from '../../../../web/domain/control/control-icon.ts'
import { impactOfSeveral, impactShort, impactWords } from '../../../../web/domain/control/impact.ts'
import { doneWords, failedWords } from '../../../../web/domain/control/run-words.ts'

const plain = (text: string) => text.replaceAll('\u202f', ' ')

describe('the icon of a control', () => {
  it.each([
    ['far fa-file-alt', 'logs'],
    ['fa fa-desktop', 'screen'],
    ['fa fa-terminal', 'terminal'],
    ['fa fa-play', 'play'],
    ['fa fa-redo', 'restart'],
    ['fa fa-pause', 'pause'],
    ['fa fa-stop', 'stop'],
    ['fa fa-skull', 'skull'],
    ['far fa-trash-alt', 'trash'],
    ['fa fa-trash-o', 'trash'],
    ['fa fa-file-text-o', 'logs'],
    ['fa-power-off', 'power'],
    ['fa fa-sync-alt', 'restart'],
  ])('of %s is %s', (fontAwesome, icon) => expect(controlIcon(fontAwesome)).toBe(icon))

  it.each(['', 'fa', 'fa fa-rocket', 'fa fa-constructor', 'fa fa-stop" onload="x'])(
    'of %j is that of any action',
    (unknown) => expect(controlIcon(unknown)).toBe('action'),
  )
})

describe('who is connected', () => {
  const names = ['web-1', 'web-2', 'web-3']

  it.each([
    [
      { open: 17, total: 3, names },
      '3 clients are connected now: web-1, web-2, web-3; 17 connections are open.',
    ],
    [{ open: 1, total: 1, names: ['web-1'] }, '1 client is connected now: web-1; 1 connection is open.'],
    [
      { open: 90, total: 12, names },
      '12 clients are connected now: web-1, web-2, web-3 and 9 more; 90 connections are open.',
    ],
    [{ open: 2, total: 2, names: [] }, '2 clients are connected now; 2 connections are open.'],
    [{ open: 0, total: 0, names: [] }, 'No client is connected now.'],
  ])('to one node', (clients, words) => expect(plain(impactWords(clients))).toBe(words))

  it.each([
    [{ open: 17, total: 3, names }, 'web-1, web-2 and 1 more · 17 open'],
    [{ open: 2, total: 2, names: names.slice(0, 2) }, 'web-1, web-2 · 2 open'],
    [{ open: 4, total: 1, names: [] }, '1 client · 4 open'],
    [{ open: 0, total: 0, names: [] }, 'no clients'],
  ])('to one of several', (clients, words) => expect(plain(impactShort(clients))).toBe(words))

  it('to several nodes names each client once', () => {
    const nodes = [
      { clients: { open: 2, total: 2, names: ['web-1', 'web-2'] } },
      { clients: { open: 3, total: 1, names: ['web-1'] } },
      { clients: { open: 0, total: 0, names: [] } },
    ]
    expect(impactOfSeveral(nodes)).toBe(
      'Clients are connected to 2 of them now, by web-1, web-2; 5 connections are open.',
    )
  })

  it('to several nodes says when not all clients are named', () => {
    const nodes = [{ clients: { open: 9, total: 9, names } }]
    expect(impactOfSeveral(nodes)).toContain('by web-1, web-2, web-3 and others; 9')
    const many = [{ clients: { open: 6, total: 6, names: ['a', 'b', 'c', 'd', 'e', 'f'] } }]
    expect(impactOfSeveral(many)).toContain('by a, b, c, d, e and others')
    expect(impactOfSeveral([{ clients: { open: 0, total: 0, names: [] } }])).toBe(
      'No client is connected to any of them now.',
    )
  })
})

describe('what came of a control', () => {
  it('is that it is done, and what the probe says', () => {
    expect(doneWords('Stop', {})).toBe('Stop is done.')
    expect(doneWords('Stop', { value: 'it took 3 s' })).toBe('Stop is done: It took 3 s.')
  })

  it('is why it failed, and that it may be done all the same when the app did not answer', () => {
    expect(failedWords('Kill', { status: 409, message: 'it is not running' })).toBe(
      'Kill failed: It is not running.',
    )
    expect(failedWords('Kill', { status: 0, message: 'The app does not answer.' })).toContain(
      'Whether it was done is not known',
    )
  })
})
