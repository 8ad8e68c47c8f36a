import { expect, it } from 'vitest'
import { pictureName, pictureTitle } from '../../../web/domain/picture.ts'

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
