const steps = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
  { unit: 's', seconds: 1 },
] as const

/** A length of time in its two largest units: `3 d 4 h`, `5 min 2 s`, `0 s`. */
export function duration(seconds: number): string {
  let left = Math.max(0, Math.floor(seconds))
  const parts: string[] = []
  for (const step of steps) {
    const whole = Math.floor(left / step.seconds)
    if (whole > 0) parts.push(`${whole} ${step.unit}`)
    else if (parts.length > 0) break
    left -= whole * step.seconds
    if (parts.length === 2) break
  }
  return parts.length > 0 ? parts.join(' ') : '0 s'
}

/**
 * How long something has been quiet: `quiet for 3 min`.
 *
 * @param seconds `quietSeconds` of an edge or a row, which grows in steps
 */
export function quietWords(seconds: number): string {
  return `quiet for ${duration(seconds)}`
}

/** How long ago a moment was, in its largest unit: `just now`, `12 s ago`, `3 d ago`. */
export function ago(thenMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - thenMs) / 1000)
  if (seconds < 2) return 'just now'
  for (const step of steps) {
    if (seconds >= step.seconds) return `${Math.floor(seconds / step.seconds)} ${step.unit} ago`
  }
  return 'just now'
}

/** `since 14:02`, with the date when that was not today. @param since ISO 8601 */
export function sinceTime(since: string, nowMs: number): string {
  const began = new Date(since)
  const isToday = began.toDateString() === new Date(nowMs).toDateString()
  const time = began.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return isToday ? `since ${time}` : `since ${began.toLocaleDateString()} ${time}`
}
