import { expect, test } from 'vitest'
import { ChannelError } from '../../../src/app/channel/channel-error.ts'
import type { ChannelRequest } from '../../../src/app/channel/channel-request.ts'
import { rouseProbes } from '../../../src/app/channel/rouse-probes.ts'
import { createLogger } from '../../../src/log/log.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })

test('all probes are asked to report, whatever the others answer', async () => {
  const asked = new Map<string, ChannelRequest>()
  const peers = Array.from({ length: 25 }, (_, i) => ({ probeId: `p${i}`, epoch: 'e', number: 1 }))
  await rouseProbes(
    {
      peers,
      async ask({ probeId }, request) {
        asked.set(probeId, request)
        throw new ChannelError('unknown_method', 'this probe has no method report')
      },
    },
    log,
  )
  expect([...asked.keys()]).toEqual(peers.map(({ probeId }) => probeId))
  expect(asked.get('p0')).toEqual({ person: '', method: 'report', params: {} })
})
