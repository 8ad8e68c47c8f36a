/** A moment as day and time of the reader's clock: `27 Nov 2026, 13:05`. @param iso as the API tells it */
export function dayAndTime(iso: string): string {
  return written(iso, { dateStyle: 'medium', timeStyle: 'short' })
}

/** The same with seconds. */
export function exactTime(iso: string): string {
  return written(iso, { dateStyle: 'medium', timeStyle: 'medium' })
}

function written(iso: string, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', style).format(new Date(iso))
}
