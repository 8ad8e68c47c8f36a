import { expect, it } from 'vitest'
import { isFresh, pictureName, pictureTitle } from '../../../web/domain/picture.ts'

it('a picture says what it shows: view, query and time', () => {
  const atMs = new Date(2026, 10, 28, 21, 22, 3).getTime()
  expect(pictureTitle({ view: 'Containers', query: 'name:web*', atMs })).toBe(
    'Containers, name:web*, 28/11/2026, 21:22:03',
  )
  expect(pictureTitle({ view: 'Hosts', query: '', atMs })).toBe('Hosts, 28/11/2026, 21:22:03')
})

it('a picture is a file named after its view', () => {
  expect([pictureName('hosts'), pictureName(undefined)]).toEqual(['scope-hosts', 'scope'])
})

const kept = {
  subject: 'containers web',
  title: 'Containers, web, noon',
  nodes: 3,
  svg: '<svg/>',
  atMs: 1_000,
}
const now = { subject: 'containers web', nodes: 3, atMs: 1_001 }
it.each<[string, Parameters<typeof isFresh>, boolean]>([
  ['a moment later', [kept, now, 5_000], true],
  ['until it is too old', [kept, { ...now, atMs: 5_999 }, 5_000], true],
  ['not when it is too old', [kept, { ...now, atMs: 6_000 }, 5_000], false],
  ['not when something else is shown', [kept, { ...now, subject: 'hosts' }, 5_000], false],
  ['not when a node has come', [kept, { ...now, nodes: 4 }, 5_000], false],
  ['not before there is one', [undefined, now, 5_000], false],
])('a picture is kept for printing %s', (_, [picture, shown, freshMs], fresh) =>
  expect(isFresh(picture, shown, freshMs)).toBe(fresh),
)
