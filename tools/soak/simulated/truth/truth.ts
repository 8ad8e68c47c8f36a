import { createLinks } from '../../../../src/demo/connections/links.ts'
import type { Plan } from '../../../../src/demo/plan.ts'
import { processesOf, type Story, type StoryHost } from '../../../../src/demo/story.ts'
import { facts } from '../../../../src/report/facts.ts'
import { callsOf, flowsOf } from './flows.ts'
import { type TrueCheck, trueMaps } from './maps.ts'
import { momentOf } from './moment.ts'
import { type ShownMap, untrue } from './untrue.ts'

/** What is so in a simulated world at a moment, known from the simulation alone: nothing here joins reports or makes views. */
export interface Truth {
  /**
   * What a view shows that is not so, and what it does not show, in words.
   *
   * @param view one of {@link trueViews}
   */
  untrue(view: string, shown: ShownMap): readonly string[]
}

/** The views that can be compared with the truth, as they are asked for. */
export const trueViews: readonly string[] = Object.keys(trueMaps)

/** @returns what is so when the hosts that `reports` names report, at a time of the story */
export const truthsOf = (
  plan: Plan,
  { hosts, options }: Story,
): ((tMs: number, reports: (host: StoryHost) => boolean) => Truth) => {
  const calls = callsOf(createLinks(plan), plan.slots)
  const processes = processesOf(plan)
  return (tMs, reports) => {
    const here = hosts.filter(reports)
    const ids = new Set(here.map(({ id }) => id))
    const machines = plan.machines.filter(({ id }) => ids.has(id))
    const moment = momentOf(plan, processes, machines, tMs, options.startedAtMs)
    const flows = flowsOf(here, calls, moment)
    const checks = checksOf(flows, here, tMs)
    return {
      untrue: (view, shown) => {
        const make = trueMaps[view]
        if (make === undefined) throw new RangeError(`nothing is known of the view ${view}`)
        return untrue(shown, make(moment, checks), flows)
      },
    }
  }
}

const checksOf = (
  flows: ReturnType<typeof flowsOf>,
  hosts: readonly StoryHost[],
  tMs: number,
): readonly TrueCheck[] => {
  const counts = new Map(
    hosts
      .flatMap((host) => host.collect(tMs).contributions)
      .flatMap(({ nodes }) => nodes)
      .map((node) => [node.id, Number(node.facts[facts.exitedCount] ?? 0)]),
  )
  return flows
    .flatMap(({ sources }) => sources)
    .flatMap((end) =>
      end.kind === 'check' ? [{ id: end.id, slot: end.slot, count: counts.get(end.id) ?? 0 }] : [],
    )
}
