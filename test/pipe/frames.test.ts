import { expect, it } from 'vitest'
import { lanes } from '../../src/channel/lanes.ts'
import { frameOf, jsonOfNote, noteFrameOf, parseFrame } from '../../src/pipe/frames.ts'
import { appNoteSchema, viewerNoteSchema } from '../../src/pipe/notes.ts'

it.each(lanes.map((lane, number) => [lane, number] as const))(
  'a frame of %s begins with %i',
  (lane, number) => {
    const frame = frameOf(lane, Uint8Array.of(7, 8))
    expect(frame).toEqual(Uint8Array.of(number, 7, 8))
    expect(parseFrame(frame)).toEqual({ lane, bytes: Uint8Array.of(7, 8) })
  },
)

it.each([[], [4], [255, 1]])('what has no lane is no frame: %j', (...bytes) => {
  expect(parseFrame(Uint8Array.from(bytes))).toBeUndefined()
})

it.each([{ ack: 0 }, { resize: { columns: 80, rows: 24 } }, { endInput: true as const }])(
  'a note of a viewer: %j',
  (note) => {
    expect(
      viewerNoteSchema.parse(jsonOfNote(parseFrame(noteFrameOf(note))?.bytes ?? new Uint8Array())),
    ).toEqual(note)
  },
)

it.each([
  {},
  { ack: -1 },
  { ack: 1.5 },
  { ack: 1, endInput: true },
  { endInput: false },
  { resize: { columns: 0, rows: 24 } },
  { resize: { columns: 80, rows: 24, pixels: 1 } },
  { exit: { code: 0 } },
  { received: 1 },
  null,
  [],
])('is no note of a viewer: %j', (note) => {
  expect(viewerNoteSchema.safeParse(note).success).toBe(false)
})

it.each([
  { hello: { tty: true, from: 0, received: 0, viewer: 1 } },
  { hello: { tty: false, from: 10, lost: 10, received: 4, inputEnded: true as const, viewer: 2 } },
  { received: 4 },
  { ended: { exit: { code: 3 } } },
  { ended: { exit: { signal: 'SIGKILL' } } },
  { ended: { reason: 'the probe has gone' } },
])('a note of the app: %j', (note) => {
  expect(appNoteSchema.parse(jsonOfNote(parseFrame(noteFrameOf(note))?.bytes ?? new Uint8Array()))).toEqual(
    note,
  )
})
