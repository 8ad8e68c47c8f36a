import { deflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { FrameGapError } from '../../../../src/view-stream/decode.ts'
import { VIEW_PROTOCOL, type ViewFrame } from '../../../../src/view-stream/frame.ts'
import { viewFormat } from '../../../../web/data/live/view-stream.ts'

const node = { id: 'a', label: 'a', labelMinor: '', rank: 'x', shape: 'circle' } as const
const cpu = { id: 'cpu', label: 'CPU', format: 'percent', priority: 1, url: '' } as const
const whole: ViewFrame = {
  ...{ seq: 1, base: 0, reset: true },
  nodes: { set: [[0, { ...node, metrics: [cpu] }, [5, 0, 100]]] },
}
const moved: ViewFrame = { seq: 2, base: 1, numbers: { nodes: [[0, 0, 6]] } }

it('reads text and compressed frames as changes of whole nodes', async () => {
  const read = viewFormat.reader(VIEW_PROTOCOL)
  const compressed = new Uint8Array(deflateRawSync(JSON.stringify(whole))).buffer
  const metric = { ...cpu, min: 0, max: 100, samples: null }
  expect(await read(compressed)).toMatchObject({
    reset: true,
    add: [{ ...node, metrics: [{ ...metric, value: 5 }] }],
  })
  expect(await read(JSON.stringify(moved))).toMatchObject({
    add: null,
    update: [{ ...node, metrics: [{ ...metric, value: 6 }] }],
  })
})

it('refuses what does not follow, and what is damaged', async () => {
  const read = viewFormat.reader(VIEW_PROTOCOL)
  await read(JSON.stringify(whole))
  await expect(read(JSON.stringify({ ...moved, base: 9 }))).rejects.toThrow(FrameGapError)
  await expect(read(new Uint8Array([1, 2, 3]).buffer)).rejects.toThrow()
  await expect(read('{')).rejects.toThrow(SyntaxError)
})

it('takes the frames of an app that speaks no other', async () => {
  const diff = { add: null, update: null, remove: ['a'], edges: { add: null, update: null, remove: null } }
  expect(await viewFormat.reader('scope.v1')(JSON.stringify(diff))).toEqual(diff)
})
