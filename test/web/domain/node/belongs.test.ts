import { expect, it } from 'vitest'
import { hostOf } from '../../../../web/domain/node/belongs.ts'

it('a node is on a host, unless it is on several', () => {
  const host = (id: string) => ({ topologyId: 'hosts', id, label: id })
  expect(hostOf({ parents: [{ topologyId: 'images', id: 'i', label: 'i' }, host('a')] })).toBe('a')
  expect(hostOf({ parents: [host('a'), host('b')] })).toBeUndefined()
  expect(hostOf({})).toBeUndefined()
})
