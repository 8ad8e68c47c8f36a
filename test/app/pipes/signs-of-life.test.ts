import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { noteFrameOf } from '../../../src/pipe/frames.ts'
import { eventually } from '../../support/eventually.ts'
import { lookAt, startPipeApp } from './pipe-app.ts'

const lanes = (path: string) => `${path}?format=lanes`
const same = (wanted: unknown, look: () => unknown) =>
  eventually(JSON.stringify(wanted), () => {
    expect(look()).toEqual(wanted)
    return true
  })

it('a viewer that is gone without a word is noticed', async () => {
  // Long enough for a viewer to come, and to answer a ping.
  const own = await startPipeApp({ pingIntervalMs: 2000, unwatchedMs: 5000 })
  try {
    const { path, process } = await own.open()
    const viewer = await lookAt(own, lanes(path))
    let pings = 0
    viewer.socket.on('ping', () => pings++)
    await same(true, () => pings > 2)
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN)
    viewer.socket.pause()
    await same('nobody looked at it for 5 s', process.error)
  } finally {
    await own.remove()
  }
})

it('so is one in the format raw, also while the network takes what it is sent', async () => {
  const own = await startPipeApp({ pingIntervalMs: 1000, unwatchedMs: 5000 })
  const { path, process } = await own.open()
  const writing = setInterval(() => process.write('out', 'x'), 100)
  try {
    const viewer = await lookAt(own, path)
    await same(true, () => viewer.size() > 0)
    viewer.socket.pause()
    await same('nobody looked at it for 5 s', process.error)
  } finally {
    clearInterval(writing)
    await own.remove()
  }
})

// Its answer may wait behind what it sends, and the ping behind what it is sent.
it('whatever a viewer sends is a sign of life, also when it answers no pings', async () => {
  const own = await startPipeApp({ pingIntervalMs: 2000 })
  try {
    const { path } = await own.open()
    const viewer = await lookAt(own, lanes(path), own.bearer, [], { autoPong: false })
    let pings = 0
    viewer.socket.on('ping', () => {
      pings++
      viewer.socket.send(noteFrameOf({ ack: 0 }))
    })
    await same(true, () => pings > 2 || viewer.socket.readyState !== WebSocket.OPEN)
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN)
  } finally {
    await own.remove()
  }
})
