/** The part of jStat that tests compare with; the package brings no declarations. */
declare module 'jstat' {
  interface Statistics {
    readonly studentt: { inv(probability: number, freedom: number): number };
    mean(values: readonly number[]): number;
    variance(values: readonly number[], isSample: boolean): number;
    /** Interval of a mean, from the sample; `alpha` is what lies outside. */
    tci(mean: number, alpha: number, values: readonly number[]): readonly number[];
    quantiles(
      values: readonly number[],
      shares: readonly number[],
      alphap: number,
      betap: number,
    ): readonly number[];
  }
  const jstat: { readonly jStat: Statistics };
  export default jstat;
}
