package veille.testserver;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.pl.PolishAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.stempel.StempelFilter;
import org.apache.lucene.analysis.stempel.StempelStemmer;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;
import org.apache.lucene.analysis.uk.UkrainianMorfologikAnalyzer;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * The language analyzers that the minimal test server lacks, under the names that a full server gives them.
 *
 * <p>The classes are Lucene's and the settings ({@code stopwords}, {@code stopwords_path}, {@code stem_exclusion}) are
 * read by the server's own {@link Analysis}, as the module analysis-common and the plugin analysis-ukrainian do.
 * {@code polish} takes no settings, and {@code polish_stem} stems without it: so does the plugin analysis-stempel.
 * {@code snowball} takes any {@code language}; of {@code stemmer} there is only {@code possessive_english}.
 */
public final class LanguageAnalyzersPlugin extends Plugin implements AnalysisPlugin {

    @Override
    public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
        return Map.ofEntries(
            Map.entry("arabic", stemmed(ArabicAnalyzer::new, ArabicAnalyzer.getDefaultStopSet())),
            Map.entry("cjk", stemmed((stop, kept) -> new CJKAnalyzer(stop), CJKAnalyzer.getDefaultStopSet())),
            Map.entry("dutch", stemmed(DutchAnalyzer::new, DutchAnalyzer.getDefaultStopSet())),
            Map.entry("english", stemmed(EnglishAnalyzer::new, EnglishAnalyzer.getDefaultStopSet())),
            Map.entry("french", stemmed(FrenchAnalyzer::new, FrenchAnalyzer.getDefaultStopSet())),
            Map.entry("german", stemmed(GermanAnalyzer::new, GermanAnalyzer.getDefaultStopSet())),
            Map.entry("italian", stemmed(ItalianAnalyzer::new, ItalianAnalyzer.getDefaultStopSet())),
            Map.entry("polish", (index, environment, name, settings) -> provider(name, new PolishAnalyzer())),
            Map.entry("portuguese", stemmed(PortugueseAnalyzer::new, PortugueseAnalyzer.getDefaultStopSet())),
            Map.entry("russian", stemmed(RussianAnalyzer::new, RussianAnalyzer.getDefaultStopSet())),
            Map.entry("spanish", stemmed(SpanishAnalyzer::new, SpanishAnalyzer.getDefaultStopSet())),
            Map.entry("turkish", stemmed(TurkishAnalyzer::new, TurkishAnalyzer.getDefaultStopSet())),
            Map.entry(
                "ukrainian",
                stemmed(UkrainianMorfologikAnalyzer::new, UkrainianMorfologikAnalyzer.getDefaultStopwords())
            )
        );
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of(
            "polish_stem",
            (index, environment, name, settings) -> filter(
                name,
                tokens -> new StempelFilter(tokens, new StempelStemmer(PolishAnalyzer.getDefaultTable()))
            ),
            "snowball",
            (index, environment, name, settings) -> {
                String language = settings.get("language", "English");
                return filter(name, tokens -> new SnowballFilter(tokens, language));
            },
            "stemmer",
            AnalysisPlugin.requiresAnalysisSettings((index, environment, name, settings) -> {
                String language = settings.get("language", "porter");
                if (language.equals("possessive_english") == false) {
                    throw new IllegalArgumentException("This server has no stemmer [" + language + "]");
                }
                return filter(name, EnglishPossessiveFilter::new);
            })
        );
    }

    private static TokenFilterFactory filter(String name, UnaryOperator<TokenStream> made) {
        return new AbstractTokenFilterFactory(name) {
            @Override
            public TokenStream create(TokenStream tokens) {
                return made.apply(tokens);
            }
        };
    }

    /** An analyzer made of its stop words and of the words that it must not stem, both from the index's settings. */
    private static AnalysisProvider<AnalyzerProvider<? extends Analyzer>> stemmed(
        BiFunction<CharArraySet, CharArraySet, Analyzer> analyzer,
        CharArraySet defaultStopWords
    ) {
        return (index, environment, name, settings) -> provider(
            name,
            analyzer.apply(
                Analysis.parseStopWords(environment, settings, defaultStopWords),
                Analysis.parseStemExclusion(settings, CharArraySet.EMPTY_SET)
            )
        );
    }

    private static AnalyzerProvider<Analyzer> provider(String name, Analyzer analyzer) {
        return new AbstractIndexAnalyzerProvider<>(name) {
            @Override
            public Analyzer get() {
                return analyzer;
            }
        };
    }
}
