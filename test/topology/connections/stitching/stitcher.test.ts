import { expect, test } from 'vitest'
import { Stitcher } from '../../../../src/topology/connections/stitching/stitcher.ts'
import { type IndexedReport, indexed } from '../../../../src/topology/pipeline/indexed-reports.ts'
import { clientHalf, held, processNode, report, serverHalf } from '../../../support/reports/reports.ts'

const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80, open: 1, opened: 1 }

const client = (bytesSent: number, earlier?: IndexedReport): IndexedReport =>
  indexed(
    held(
      report({
        host: 'web',
        nodes: [processNode('web', 1)],
        connections: [clientHalf('web;1', { ...ends, bytesSent })],
      }),
    ),
    earlier,
  )

const server = (bytesSent: number, earlier?: IndexedReport): IndexedReport =>
  indexed(
    held(
      report({
        host: 'db',
        nodes: [processNode('db', 1)],
        connections: [serverHalf('db;1', { ...ends, bytesSent })],
      }),
    ),
    earlier,
  )

test('where the side that the numbers are not taken from tells again, its flow is the one it was', () => {
  const [web, db] = [client(10), server(10)]
  const stitcher = new Stitcher()
  stitcher.update([db, web])
  const [piece = -1] = stitcher.pieces
  const [flow] = stitcher.flowsOf(piece)
  expect(flow?.records).toHaveLength(2)

  const dbLater = server(20, db)
  stitcher.update([dbLater, web])
  expect(stitcher.changesSince(1)).toEqual([{ gone: [], come: [], changed: [] }])
  expect(stitcher.flowsOf(piece)[0]).toBe(flow)

  stitcher.update([dbLater, client(30, web)])
  expect(stitcher.changesSince(2)).toEqual([{ gone: [], come: [], changed: [piece] }])
  expect(stitcher.flowsOf(piece)[0]?.numbers.bytesSent).toBe(30)
})

test('changes that nobody asks about do not add up', () => {
  const [web, db] = [client(0), server(0)]
  const stitcher = new Stitcher()
  stitcher.update([db, web])
  let last = web
  for (let bytesSent = 1; bytesSent <= 1000; bytesSent++) {
    last = client(bytesSent, last)
    stitcher.update([db, last])
  }
  expect(stitcher.version).toBe(1001)
  expect(stitcher.changesSince(0)).toBeUndefined()
  const [piece] = stitcher.pieces
  expect(stitcher.changesSince(1000)).toEqual([{ gone: [], come: [], changed: [piece] }])
  expect(stitcher.changesSince(1001)).toEqual([])
})
