-- Views for analysts, over the public tables: the same names on the warehouse, on a snapshot, and in a .duckdb file that points at one.
-- Days and months are those of UTC. A day is NULL where the page states no date. Only claims of an article's current version count.

-- One row per article, with the outlet's name and the day settled.
CREATE OR REPLACE VIEW v_articles AS
WITH outlets AS (
    SELECT source_id, mode(outlet ORDER BY outlet) AS outlet
    FROM articles
    WHERE source_id <> 'local' AND outlet IS NOT NULL
    GROUP BY source_id
)
SELECT
    a.article_id,
    CAST(a.published_at AT TIME ZONE 'UTC' AS DATE) AS published_on,
    coalesce(o.outlet, a.outlet, nullif(regexp_extract(a.url, '^https?://(?:www\.)?([^/?#:]+)', 1), ''), a.source_id) AS outlet,
    a.title,
    a.url,
    a.article_type,
    a.language,
    a.platforms,
    a.platforms[1] AS main_platform,
    a.platform_relevance,
    a.agency,
    a.cluster_id,
    a.is_cluster_lead,
    a.word_count,
    a.is_paywalled,
    a.is_truncated,
    a.tdm_reserved,
    a.published_at,
    a.first_seen_at,
    a.source_id,
    a.confidence
FROM articles AS a
LEFT JOIN outlets AS o ON o.source_id = a.source_id;

-- One row per work: agency copy and syndicated texts counted once, with how far they went.
CREATE OR REPLACE VIEW v_articles_unique AS
WITH spread AS (
    SELECT
        coalesce(cluster_id, article_id) AS work_id,
        count(*) AS copy_count,
        count(DISTINCT outlet) AS outlet_count,
        arg_min(article_id, (NOT is_cluster_lead, coalesce(published_at, first_seen_at), article_id)) AS article_id
    FROM v_articles
    GROUP BY ALL
)
SELECT a.*, s.copy_count, s.outlet_count
FROM spread AS s
JOIN v_articles AS a ON a.article_id = s.article_id;

-- One row per claim: who said what, as what, where, with the numbers in it and how often it was repeated.
CREATE OR REPLACE VIEW v_claims AS
WITH here AS (
    SELECT article_id, person_id, arg_min(role, char_start) AS role, arg_min(organisation_id, char_start) AS organisation_id
    FROM affiliations
    GROUP BY ALL
),
usual AS (
    SELECT person_id, mode(role ORDER BY role) AS role, mode(organisation_id ORDER BY organisation_id) AS organisation_id
    FROM affiliations
    GROUP BY ALL
),
numbers AS (
    SELECT claim_id, list(raw_text ORDER BY char_start) AS quantities
    FROM claim_quantities
    WHERE claim_id IS NOT NULL
    GROUP BY ALL
),
groups AS (
    SELECT c.claim_group_id, count(DISTINCT c.article_id) AS article_count, count(DISTINCT a.outlet) AS outlet_count
    FROM claims AS c
    JOIN v_articles AS a ON a.article_id = c.article_id
    WHERE c.is_current
    GROUP BY ALL
)
SELECT
    c.claim_id,
    a.published_on,
    a.outlet,
    c.text,
    coalesce(p.name, o.name, c.speaker_surface) AS speaker,
    c.speaker_kind,
    CASE WHEN c.speaker_kind = 'person' THEN coalesce(h.role, u.role) END AS speaker_role,
    coalesce(o.name, po.name) AS speaker_organisation,
    c.speech_type,
    c.modality,
    c.is_negated,
    c.platforms,
    coalesce(n.quantities, []) AS quantities,
    g.article_count AS repeated_in_articles,
    g.outlet_count AS repeated_in_outlets,
    a.title,
    a.url,
    a.language AS article_language,
    a.article_type,
    a.agency,
    a.is_cluster_lead,
    c.confidence,
    a.published_at,
    c.claim_group_id,
    c.article_id,
    c.speaker_person_id,
    coalesce(c.speaker_organisation_id, h.organisation_id, u.organisation_id) AS speaker_organisation_id,
    c.char_start,
    c.char_end
FROM claims AS c
JOIN v_articles AS a ON a.article_id = c.article_id
LEFT JOIN people AS p ON p.person_id = c.speaker_person_id
LEFT JOIN organisations AS o ON o.organisation_id = c.speaker_organisation_id
LEFT JOIN here AS h ON h.article_id = c.article_id AND h.person_id = c.speaker_person_id
LEFT JOIN usual AS u ON u.person_id = c.speaker_person_id
LEFT JOIN organisations AS po ON po.organisation_id = coalesce(h.organisation_id, u.organisation_id)
LEFT JOIN numbers AS n ON n.claim_id = c.claim_id
LEFT JOIN groups AS g ON g.claim_group_id = c.claim_group_id
WHERE c.is_current;

-- One row per day, platform and outlet. An article on two platforms counts under both; platform is NULL where it covers none.
CREATE OR REPLACE VIEW v_coverage_daily AS
WITH said AS (
    SELECT article_id, count(*) AS claim_count
    FROM claims
    WHERE is_current
    GROUP BY ALL
)
SELECT
    a.published_on AS day,
    p.platform,
    a.outlet,
    count(*) AS article_count,
    count(*) FILTER (a.is_cluster_lead) AS unique_article_count,
    CAST(coalesce(sum(s.claim_count), 0) AS BIGINT) AS claim_count,
    CAST(sum(a.word_count) AS BIGINT) AS word_count
FROM v_articles AS a
CROSS JOIN LATERAL (SELECT unnest(CASE WHEN len(a.platforms) > 0 THEN a.platforms ELSE [NULL] END) AS platform) AS p
LEFT JOIN said AS s ON s.article_id = a.article_id
GROUP BY ALL;

-- One row per month and platform: its share of the coverage and of the claims of that month, and how often it speaks for itself.
CREATE OR REPLACE VIEW v_share_of_voice AS
WITH family AS (
    SELECT platform, organisation_id FROM organisations WHERE platform IS NOT NULL
    UNION
    SELECT platform, parent_organisation_id FROM organisations WHERE platform IS NOT NULL AND parent_organisation_id IS NOT NULL
),
coverage AS (
    SELECT
        CAST(date_trunc('month', published_on) AS DATE) AS month,
        unnest(platforms) AS platform,
        article_id,
        is_cluster_lead
    FROM v_articles
),
articles_by AS (
    SELECT month, platform, count(*) AS article_count, count(*) FILTER (is_cluster_lead) AS unique_article_count
    FROM coverage
    GROUP BY ALL
),
said AS (
    SELECT CAST(date_trunc('month', published_on) AS DATE) AS month, unnest(platforms) AS platform, speaker_organisation_id
    FROM v_claims
),
claims_by AS (
    SELECT s.month, s.platform, count(*) AS claim_count, count(f.organisation_id) AS own_claim_count
    FROM said AS s
    LEFT JOIN family AS f ON f.platform = s.platform AND f.organisation_id = s.speaker_organisation_id
    GROUP BY ALL
)
SELECT
    coalesce(a.month, c.month) AS month,
    coalesce(a.platform, c.platform) AS platform,
    coalesce(a.article_count, 0) AS article_count,
    coalesce(a.unique_article_count, 0) AS unique_article_count,
    coalesce(a.article_count / sum(a.article_count) OVER same_month, 0) AS share_of_articles,
    coalesce(c.claim_count, 0) AS claim_count,
    coalesce(c.claim_count / sum(c.claim_count) OVER same_month, 0) AS share_of_claims,
    coalesce(c.own_claim_count, 0) AS own_claim_count
FROM articles_by AS a
FULL JOIN claims_by AS c ON c.month IS NOT DISTINCT FROM a.month AND c.platform = a.platform
WINDOW same_month AS (PARTITION BY coalesce(a.month, c.month));

-- One row per speaker: people, organisations, and unnamed voices of an organisation ("a spokesman for …").
CREATE OR REPLACE VIEW v_speakers AS
WITH topics AS (
    SELECT speaker_id, list(platform ORDER BY claim_count DESC, platform) AS platforms
    FROM (
        SELECT speaker_id, platform, count(*) AS claim_count
        FROM (SELECT coalesce(speaker_person_id, speaker_organisation_id) AS speaker_id, unnest(platforms) AS platform FROM v_claims)
        GROUP BY ALL
    )
    GROUP BY ALL
)
SELECT
    c.speaker_kind,
    c.speaker,
    mode(c.speaker_role ORDER BY c.speaker_role) AS speaker_role,
    mode(c.speaker_organisation ORDER BY c.speaker_organisation) AS speaker_organisation,
    count(*) AS claim_count,
    count(DISTINCT c.claim_group_id) AS unique_claim_count,
    count(DISTINCT c.article_id) AS article_count,
    count(DISTINCT c.outlet) AS outlet_count,
    any_value(t.platforms) AS platforms,
    min(c.published_on) AS first_on,
    max(c.published_on) AS last_on,
    coalesce(c.speaker_person_id, c.speaker_organisation_id) AS speaker_id
FROM v_claims AS c
LEFT JOIN topics AS t ON t.speaker_id = coalesce(c.speaker_person_id, c.speaker_organisation_id)
WHERE c.speaker_kind <> 'unknown' AND coalesce(c.speaker_person_id, c.speaker_organisation_id) IS NOT NULL
GROUP BY c.speaker_kind, c.speaker, coalesce(c.speaker_person_id, c.speaker_organisation_id);

-- One row per person, organisation and claim group: the earliest dated article it stands in.
CREATE OR REPLACE VIEW v_first_appearance AS
WITH seen AS (
    SELECT m.entity_kind AS kind, m.entity_id AS id, coalesce(p.name, o.name) AS name, m.article_id
    FROM mentions AS m
    LEFT JOIN people AS p ON p.person_id = m.entity_id
    LEFT JOIN organisations AS o ON o.organisation_id = m.entity_id
    WHERE m.entity_id IS NOT NULL
    UNION ALL
    SELECT 'claim', claim_group_id, text, article_id
    FROM claims
    WHERE is_current
)
SELECT
    s.kind,
    s.id,
    arg_min(s.name, (a.published_at, a.article_id)) AS name,
    min(a.published_on) AS first_on,
    arg_min(a.outlet, (a.published_at, a.article_id)) AS outlet,
    arg_min(a.title, (a.published_at, a.article_id)) AS title,
    arg_min(a.url, (a.published_at, a.article_id)) AS url,
    arg_min(a.article_id, (a.published_at, a.article_id)) AS article_id,
    count(DISTINCT a.article_id) AS article_count
FROM seen AS s
JOIN v_articles AS a ON a.article_id = s.article_id
WHERE a.published_at IS NOT NULL
GROUP BY ALL;

-- One row per outlet.
CREATE OR REPLACE VIEW v_outlets AS
WITH said AS (
    SELECT article_id, count(*) AS claim_count, count(*) FILTER (speaker_kind <> 'unknown') AS attributed_count
    FROM claims
    WHERE is_current
    GROUP BY ALL
),
topics AS (
    SELECT outlet, list(platform ORDER BY article_count DESC, platform) AS platforms
    FROM (
        SELECT outlet, platform, count(*) AS article_count
        FROM (SELECT outlet, unnest(platforms) AS platform FROM v_articles)
        GROUP BY ALL
    )
    GROUP BY ALL
)
SELECT
    a.outlet,
    count(*) AS article_count,
    count(*) FILTER (a.is_cluster_lead) AS unique_article_count,
    count(*) FILTER (a.agency IS NOT NULL) AS agency_article_count,
    CAST(coalesce(sum(s.claim_count), 0) AS BIGINT) AS claim_count,
    CAST(coalesce(sum(s.attributed_count), 0) AS BIGINT) AS attributed_claim_count,
    coalesce(any_value(t.platforms), []) AS platforms,
    min(a.published_on) AS first_on,
    max(a.published_on) AS last_on,
    count(*) FILTER (a.published_at IS NULL) AS undated_count,
    count(*) FILTER (a.is_truncated) AS truncated_count,
    count(*) FILTER (a.tdm_reserved) AS tdm_reserved_count
FROM v_articles AS a
LEFT JOIN said AS s ON s.article_id = a.article_id
LEFT JOIN topics AS t ON t.outlet = a.outlet
GROUP BY a.outlet;
