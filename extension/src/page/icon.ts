/** The mark, connected: two half rings that just touch. */
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke-width="4"><path d="M12 20.5A7 7 0 0 1 12 6.5" stroke="#1C1B1F"/><path d="M12 3.5A7 7 0 0 1 12 17.5" stroke="#7A2E5D"/></svg>'

export const icon = `data:image/svg+xml;base64,${btoa(svg)}` as const
