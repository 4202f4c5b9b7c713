"""Names of industries and of what shares are grouped by; a theme is looked for among them where no label names one."""

import re
from typing import Final

# The first level of the Shenwan classification, with other spellings; also what a report calls its industry.
_INDUSTRY_NAMES: Final = (
    "农林牧渔 农业 基础化工 化工 化学 钢铁 有色金属 有色 电子 汽车 家用电器 家电 食品饮料 纺织服饰 纺织服装 "
    "轻工制造 轻工 医药生物 生物医药 医药 公用事业 电力及公用事业 电力 交通运输 交运 房地产 地产 商贸零售 零售 "
    "社会服务 社服 银行 非银金融 非银 保险 综合 建筑材料 建材 建筑装饰 建筑 电力设备 电新 电力设备与新能源 "
    "电力设备及新能源 新能源 机械设备 机械 国防军工 军工 计算机 传媒 互联网传媒 传媒互联网 通信 煤炭 石油石化 "
    "石化 环保 美容护理 美护 医疗器械 半导体 消费者服务 互联网 海外 港股 中小盘 教育 食品 饮料 白酒 汽车零部件 "
    "光伏 风电 储能 电气设备 采掘 休闲服务 商业贸易 消费电子 医疗服务 券商 旅游 消费 大消费 纺服 轻工"
)
INDUSTRIES: Final = tuple(_INDUSTRY_NAMES.split())
_MORE_NAMES: Final = (
    "人工智能 大模型 算力 算法 数据 IP AIGC ChatGPT 云计算 云服务 数据中心 IDC 服务器 光模块 光通信 光纤光缆 "
    "交换机 PCB 覆铜板 液冷 存储 存储芯片 模拟芯片 功率半导体 IGBT 碳化硅 第三代半导体 晶圆代工 封测 先进封装 "
    "半导体设备 半导体材料 EDA 光刻胶 电子特气 硅片 靶材 CMP 面板 显示器件 显示面板 OLED Mini LED MiniLED "
    "被动元件 MLCC 连接器 射频 传感器 CIS 摄像头 光学 VR AR MR XR 元宇宙 可穿戴 智能手表 TWS 消费电子 苹果产业链 "
    "华为产业链 鸿蒙 信创 国产软件 工业软件 基础软件 操作系统 数据库 网络安全 信息安全 金融科技 金融IT 医疗IT "
    "智慧医疗 互联网医疗 数字经济 数字人民币 数据要素 区块链 政务 智慧城市 车联网 智能驾驶 自动驾驶 智能座舱 "
    "激光雷达 机器人 人形机器人 工业机器人 减速器 伺服 丝杠 工业母机 机床 数控机床 工控 自动化 3C设备 锂电设备 "
    "光伏设备 激光 激光设备 叉车 工程机械 挖掘机 油服 轨交 轨交设备 船舶 造船 航运 集运 油运 港口 航空 机场 快递 "
    "物流 高速公路 公路 铁路 新能源车 新能源汽车 电动车 动力电池 锂电池 锂电 电池 正极 正极材料 负极 负极材料 "
    "隔膜 电解液 六氟磷酸锂 锂矿 锂盐 钴 镍 固态电池 钠电池 氢能 燃料电池 充电桩 热管理 轻量化 汽车电子 整车 "
    "乘用车 商用车 客车 重卡 汽车零部件 轮胎 特斯拉产业链 硅料 组件 逆变器 光伏玻璃 胶膜 银浆 HJT TOPCon 钙钛矿 "
    "光伏辅材 光伏组件 电池片 风电整机 塔筒 海缆 海上风电 叶片 储能系统 特高压 电网 电网设备 智能电网 配电网 "
    "变压器 核电 火电 水电 绿电 燃气 水务 固废 环卫 垃圾焚烧 碳中和 节能 创新药 仿制药 原料药 中间体 CXO CRO "
    "CDMO 疫苗 血制品 血液制品 生长激素 胰岛素 中药 中成药 品牌中药 医疗设备 高端医疗设备 高值耗材 低值耗材 耗材 "
    "体外诊断 IVD 影像设备 内镜 手术机器人 骨科 心血管 眼科 口腔 牙科 医美 医疗服务 民营医院 药店 连锁药店 "
    "医药商业 医药流通 药房 制药装备 生命科学 基因测序 新冠检测 抗原检测 白酒 高端白酒 次高端 次高端白酒 "
    "区域白酒 啤酒 黄酒 葡萄酒 乳制品 乳业 调味品 休闲食品 零食 卤制品 速冻食品 预制菜 烘焙 软饮料 饮料 保健品 "
    "肉制品 屠宰 养殖 生猪 生猪养殖 白羽鸡 黄羽鸡 禽养殖 饲料 种业 种子 农药 化肥 宠物 宠物食品 水产 动保 "
    "植物蛋白 白电 黑电 小家电 厨电 厨房小家电 扫地机器人 清洁电器 空调 冰箱 洗衣机 照明 投影 家居 定制家居 "
    "软体家居 家具 造纸 包装 文具 玩具 化妆品 美妆 珠宝 黄金珠宝 黄金 免税 酒店 餐饮 旅游 景区 出境游 演艺 博彩 "
    "教育 职业教育 人力资源 电商 跨境电商 直播电商 超市 百货 便利店 社区团购 品牌服饰 运动鞋服 家纺 服装 "
    "纺织制造 代工 游戏 电竞 影视 院线 电影 电视剧 动漫 出版 图书 广告 营销 短视频 直播 长视频 有线电视 广电 "
    "体育 版权 短剧 虚拟人 数字人 AI应用 AI视频 AI营销 AI游戏 AI教育 AI电商 AI音乐 AI手机 AIPC 数字营销 数字藏品 "
    "NFT 银行 国有大行 股份行 城商行 农商行 券商 证券 保险 寿险 财险 多元金融 信托 租赁 期货 房地产开发 物业 "
    "物业管理 物业服务 商业地产 房企 地产链 水泥 玻璃 玻纤 防水 防水材料 涂料 管材 瓷砖 石膏板 消费建材 装饰装修 "
    "基建 央企建筑 建筑央企 设计咨询 钢结构 装配式建筑 园林 国际工程 煤炭 动力煤 焦煤 焦炭 原油 油气 天然气 炼化 "
    "民营大炼化 煤化工 磷化工 氟化工 氯碱 纯碱 钛白粉 有机硅 MDI 聚氨酯 化纤 涤纶长丝 粘胶 氨纶 改性塑料 "
    "可降解塑料 新材料 碳纤维 电子化学品 维生素 甜味剂 农化 民爆 铜 铝 电解铝 锌 铅 锡 稀土 永磁 磁材 钨 钼 锑 "
    "工业金属 贵金属 小金属 能源金属 特钢 普钢 不锈钢 军工电子 航空发动机 导弹 无人机 卫星 卫星互联网 北斗 "
    "商业航天 低空经济 大飞机 高温合金 5G 6G 物联网 运营商 通信设备 主设备商 卫星通信 量子 核聚变 可控核聚变 "
    "央企 国企改革 中特估 高股息 红利 一带一路 出海 国产替代 自主可控 专精特新 北交所 港股通 互联网平台 SaaS "
    "车载 半导体设备零部件 国产设备 国产算力 国产芯片 端侧AI AI芯片 AI算力 AI眼镜 智能眼镜 铜连接 HBM CoWoS ASIC "
    "GPU CPU 光芯片 硅光 CPO"
)
# Words that say little alone: a qualifier or a sector of the same sentence belongs before them.
GENERIC: Final = ("设备", "材料", "零部件", "装备", "耗材", "软件", "硬件", "制造", "芯片", "服务")
# What moves many sectors at once.
_DRIVER_NAMES: Final = (
    "国产替代 自主可控 出海 国企改革 高股息 红利 一带一路 碳中和 专精特新 中特估 央企 消费 节能 数字经济 自动化"
)
DRIVERS: Final = frozenset(_DRIVER_NAMES.split())
_QUALIFIERS: Final = r"(?:国产|高端|核心|上游|中游|下游|进口|关键|智能|绿色|专用|通用|特种)"
# Too short or too wide to be a theme by themselves.
_TOO_WIDE: Final = "IP 中小盘 代工 数据 整车 新材料 服务 海外 港股 组件 综合 证券 钨 钴 钼 铅 铜 铝 锌 锑 锡 镍"
_ALL: Final = sorted({*INDUSTRIES, *_MORE_NAMES.split()} - set(_TOO_WIDE.split()), key=len, reverse=True)
SECTOR: Final = re.compile("|".join(re.escape(word) for word in _ALL))
GENERICS: Final = re.compile(rf"{_QUALIFIERS}?(?:{'|'.join(GENERIC)})(?![\u4e00-\u9fff]?商(?:业|务))")
INDUSTRY: Final = re.compile(
    "|".join(sorted(map(re.escape, {*INDUSTRIES, "面板", "游戏", "影视", "血制品"}), key=len, reverse=True))
)


def sector_in(title: str) -> str | None:
    """Give the sector that a title names."""
    match = SECTOR.search(title)
    return match[0] if match else None
