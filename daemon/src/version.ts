/** Of this program, as packages and devices see it. */
export const version = '0.0.0'
