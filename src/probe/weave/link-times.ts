import type { WeaveLink } from '../../report/weave/router-facts.ts'
import type { RouterReport } from './router-report.ts'

/** Most links that are told, which is what a fact can hold. */
const MAX_LINKS = 1024

/** The connections among the peers of a network, each as its opener tells it, those of the router itself first. */
const linksIn = ({ Router: { Name, Peers } }: RouterReport): Omit<WeaveLink, 'since'>[] =>
  [...Peers]
    .sort((a, b) => Number(b.Name === Name) - Number(a.Name === Name))
    .flatMap((peer) =>
      peer.Connections.filter(({ Outbound }) => Outbound).map((connection) => ({
        from: peer.Name,
        to: connection.Name,
        isEstablished: connection.Established,
      })),
    )

/** Remembers since when each link is as it is, as far as this probe has seen. */
export const createLinkTimes = (): ((report: RouterReport, nowMs: number) => readonly WeaveLink[]) => {
  let known = new Map<string, WeaveLink>()
  return (report, nowMs) => {
    const now = new Map<string, WeaveLink>()
    for (const link of linksIn(report)) {
      const key = `${link.from} ${link.to}`
      const before = known.get(key)
      if (now.size >= MAX_LINKS || now.has(key)) continue
      now.set(
        key,
        before?.isEstablished === link.isEstablished
          ? before
          : { ...link, since: new Date(nowMs).toISOString() },
      )
    }
    known = now
    return [...now.values()]
  }
}
