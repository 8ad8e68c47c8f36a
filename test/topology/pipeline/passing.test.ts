import { expect, test } from 'vitest'
import { Stitcher } from '../../../src/topology/connections/stitching/stitcher.ts'
import { chooseView } from '../../../src/topology/grouping/choose-view.ts'
import { type IndexedReport, indexed } from '../../../src/topology/pipeline/indexed-reports.ts'
import { ViewStages } from '../../../src/topology/pipeline/view-stages.ts'
import { defaultContext } from '../../../src/topology/render-context.ts'
import { address, clientHalf, held, processNode, report } from '../../support/reports/reports.ts'

/** A host at a step: a process that was not there before, with a connection to an address that was not there before. */
const at = (step: number, earlier: IndexedReport | undefined): IndexedReport => {
  const ip = `10.${step >> 8}.${step & 255}.1`
  return indexed(
    held(
      report({
        host: 'web',
        seq: step + 1,
        nodes: [processNode('web', step + 1)],
        addresses: [address(ip, { kind: 'global' }, {})],
        connections: [
          clientHalf(`web;${step + 1}`, { clientAddress: ';10.0.0.1', serverAddress: `;${ip}`, port: 80 }),
        ],
      }),
    ),
    earlier,
  )
}

test.each(['processes', 'containers', 'hosts'])(
  'of what comes and goes while nobody asks for the whole view of %s nothing adds up',
  (viewId) => {
    const stitcher = new Stitcher()
    const chosen = chooseView(viewId, { system: 'all', unconnected: 'show', pseudo: 'show', group: 'host' })
    const stages = new ViewStages(chosen, stitcher, defaultContext, undefined)
    let now: IndexedReport | undefined
    for (let step = 0; step < 3000; step++) {
      now = at(step, now)
      stitcher.update([now])
      stages.update([now])
    }
    expect(stages.unsettled).toBeLessThan(500)
  },
)
