import { parseArgs } from 'node:util'
import { idleTable } from './app/idle.ts'
import { AppEndedError, type Found, measure, measureIdle } from './app/measure.ts'
import { runInOwnNetwork } from './app/network.ts'
import { idleLoad, planOf } from './app/plan.ts'
import { ratios, ratioTable } from './app/ratios.ts'
import { describe, table, wordsOf } from './app/results.ts'

/**
 * What simulated hosts cost an app that is a process of its own: CPU, memory, how long a GET takes (a view, the details of a node, a
 * view grouped by host), how soon a report is in a frame, reports that were not taken, and bytes to clients. Each host has 20
 * containers, 60 processes and 150 connections, which is checked. Three sockets look on, and one reader asks twice a second: for all
 * processes up to 200 hosts, for the containers grouped by host above that.
 *
 * All of it runs in a network of its own, where each host has an address of its own. Takes root, or user namespaces for
 * others. What each host tells is prepared for some moments before it is measured, so that the hosts cost a fraction of what the app
 * does: the bytes, proofs and requests are those of probes (`app/prepared/`). The reader needs a core beside that of the app.
 *
 * `--standard`: what is asked of an app again and again, instead of the loads below: 1 %, 10 % and 100 % changing at 200 hosts, 100 sockets
 * on one view against one, bytes of a calm second at 300 containers, 1,000 hosts, and an hour in which nobody looks. `--idle MINUTES`:
 * for so long nobody looks (60 with `--standard`, else it is left out), in windows of `--window SECONDS` (60); nine of these tell how memory
 * develops. What is compared with a smaller load is told as ratios.
 *
 * `--hosts LIST` (10,15,50,200,1000; 15 have 300 containers). `--interval LIST`: seconds between two reports of a host (1,3).
 * `--changing LIST`: how much of what the hosts tell changes from report to report, percent (100). `--seconds N`: how long each is
 * measured (60). `--sockets LIST`: so many on the containers, instead of one on each view. `--cpu-prof DIR`: keeps a CPU profile
 * of each app there.
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string' },
      interval: { type: 'string', default: '1,3' },
      changing: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '60' },
      sockets: { type: 'string' },
      standard: { type: 'boolean', default: false },
      idle: { type: 'string' },
      window: { type: 'string', default: '60' },
      'cpu-prof': { type: 'string' },
      inside: { type: 'boolean', default: false },
    },
  })
  const { loads, idle } = planOf({ hosts: undefined, sockets: undefined, idle: undefined, ...values })
  if (!values.inside) {
    const [program = ''] = process.argv.slice(1)
    return runInOwnNetwork([process.execPath, ...process.execArgv, program, 'app', ...args, '--inside'])
  }
  const all: Found[] = []
  for (const load of loads) {
    try {
      const found = await measure(load, Number(values.seconds), values['cpu-prof'])
      all.push(found)
      console.log(describe(found).join('\n'))
    } catch (error) {
      if (!(error instanceof AppEndedError)) throw error
      console.log(`${wordsOf(load)}\n${error.message}`)
      process.exitCode = 1
    }
  }
  if (all.length > 0) console.log([...table(all), '', ...ratioTable(ratios(all))].join('\n'))
  if (idle !== undefined)
    console.log(['', ...idleTable(await measureIdle(idleLoad, idle.windows, idle.windowS))].join('\n'))
}
